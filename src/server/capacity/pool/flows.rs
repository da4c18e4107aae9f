//! Start-time fair queueing among flows, which are callers, or the connections of one caller (P. Goyal, H. M. Vin, H. Cheng:
//! Start-Time Fair Queueing, IEEE/ACM Transactions on Networking 5(5), 1997). No threads and no clocks are in this file.
//!
//! Each flow has a start: the work that it has had, on a scale that all flows share. The flow with the least start is next, and
//! its job moves its start on by the work of that job. A flow that comes, or comes back, starts at the virtual time, which is
//! the start of the job that was begun last. So a flow gains nothing by having been away.

/// A flow, and what waits in it.
#[derive(Debug)]
pub(super) struct Flow<K, W> {
    key: K,
    /// The start of the next job of this flow.
    start: u64,
    /// The number of jobs that wait, and the sum of their work.
    pub jobs: usize,
    pub work: u64,
    /// The number of jobs that run.
    running: usize,
    /// The waiting jobs, or flows of jobs.
    pub waiting: W,
}

/// Flows that share a resource alike. The flows are kept in the order of their arrival, and a search goes through all of them:
/// there are at most some thousand, and a job takes much longer than such a search.
#[derive(Debug)]
pub(super) struct FairFlows<K, W> {
    flows: Vec<Flow<K, W>>,
    /// The virtual time: the start of the job that was begun last.
    now: u64,
}

/// The number of flows above which the starts of flows without a job are forgotten.
const FLOWS_KEPT_MAX: usize = 4096;

impl<K, W> Default for FairFlows<K, W> {
    fn default() -> Self {
        FairFlows { flows: Vec::new(), now: 0 }
    }
}

impl<K, W> Flow<K, W> {
    /// Returns whether the flow has a job, waiting or running.
    fn is_active(&self) -> bool {
        self.jobs > 0 || self.running > 0
    }
}

impl<K: Copy + Eq, W: Default> FairFlows<K, W> {
    /// Counts a job of this much work that comes to wait, and returns the place where it waits.
    pub fn push(&mut self, key: K, work: u64) -> &mut W {
        let now = self.now;
        let place = self.flows.iter().position(|flow| flow.key == key).unwrap_or_else(|| {
            if self.flows.len() >= FLOWS_KEPT_MAX {
                self.flows.retain(Flow::is_active);
            }
            self.flows.push(Flow { key, start: now, jobs: 0, work: 0, running: 0, waiting: W::default() });
            self.flows.len() - 1
        });
        let flow = &mut self.flows[place];
        if flow.jobs == 0 {
            flow.start = flow.start.max(now);
        }
        flow.jobs += 1;
        flow.work = flow.work.saturating_add(work);
        &mut flow.waiting
    }

    /// Begins a job of the flow whose turn it is. `take` takes the job out of what waits in the flow, and returns it with its
    /// work. None when no job waits.
    pub fn pop<J>(&mut self, take: impl FnOnce(&mut W) -> Option<(J, u64)>) -> Option<(K, J, u64)> {
        // Of equal starts, the first one is the one that came first.
        let next = self.flows.iter_mut().filter(|flow| flow.jobs > 0).min_by_key(|flow| flow.start)?;
        let (job, work) = take(&mut next.waiting)?;
        // A job that used less than expected may have moved its flow behind the virtual time, which never goes back.
        self.now = self.now.max(next.start);
        next.start = next.start.saturating_add(work);
        next.jobs -= 1;
        next.work = next.work.saturating_sub(work);
        next.running += 1;
        let key = next.key;
        self.forget();
        Some((key, job, work))
    }

    /// Takes a job out of a flow without beginning it. `take` takes the job out of what waits in the flow, and returns it with
    /// its work.
    pub fn remove<J>(&mut self, key: K, take: impl FnOnce(&mut W) -> Option<(J, u64)>) -> Option<(J, u64)> {
        let flow = self.flows.iter_mut().find(|flow| flow.key == key)?;
        let (job, work) = take(&mut flow.waiting)?;
        flow.jobs -= 1;
        flow.work = flow.work.saturating_sub(work);
        self.forget();
        Some((job, work))
    }

    /// Counts the end of a running job: its flow has had the work that the job used, and not the work that was expected.
    pub fn ended(&mut self, key: K, expected: u64, used: u64, inner: impl FnOnce(&mut W)) {
        if let Some(flow) = self.flows.iter_mut().find(|flow| flow.key == key && flow.running > 0) {
            flow.start = flow.start.saturating_sub(expected).saturating_add(used);
            flow.running -= 1;
            inner(&mut flow.waiting);
        }
        self.forget();
    }

    /// Forgets the flows that have no job, and no more work behind them than the others. When all flows are idle, nobody has
    /// waited for anybody else, and all of them are forgotten.
    fn forget(&mut self) {
        if self.flows.iter().any(Flow::is_active) {
            let now = self.now;
            self.flows.retain(|flow| flow.is_active() || flow.start > now);
        } else {
            self.flows.clear();
            self.now = 0;
        }
    }

    /// Returns the work that is done before the next job of this flow can begin. `own` returns how much of it is work of the
    /// flow itself.
    ///
    /// The value is an upper estimate: of each other flow, work counts up to the start that the job will have, and at least one
    /// job where its start is not behind.
    pub fn ahead(&self, key: K, own: impl FnOnce(Option<&Flow<K, W>>) -> u64) -> u64 {
        let flow = self.flow(key);
        let own = own(flow);
        let start = flow.map_or(self.now, |flow| flow.start.max(self.now)).saturating_add(own);
        let others = self.flows.iter().filter(|other| other.key != key && other.jobs > 0 && other.start <= start);
        let others = others.map(|other| {
            let a_job = other.work / other.jobs as u64;
            (start - other.start).max(a_job).min(other.work)
        });
        others.fold(own, u64::saturating_add)
    }

    pub fn flow(&self, key: K) -> Option<&Flow<K, W>> {
        self.flows.iter().find(|flow| flow.key == key)
    }

    /// Returns whether a flow has a job, waiting or running.
    pub fn is_active(&self, key: K) -> bool {
        self.flow(key).is_some_and(Flow::is_active)
    }

    /// Returns whether more jobs wait in this flow than would if all flows with jobs had as many. `jobs` is the number of all
    /// jobs that wait.
    pub fn is_above_its_share(&self, key: K) -> bool {
        let jobs: usize = self.flows.iter().map(|flow| flow.jobs).sum();
        let active = self.flows.iter().filter(|flow| flow.is_active()).count();
        self.flow(key).is_some_and(|flow| flow.jobs * active > jobs)
    }

    /// Returns the flow in which most jobs wait. None when that is the flow of the newcomer, once one more job waits in it. Of
    /// flows with as many jobs, the newcomer's is the largest.
    pub fn largest(&self, newcomer: Option<K>) -> Option<K> {
        let own = newcomer.map_or(0, |key| self.flow(key).map_or(0, |flow| flow.jobs) + 1);
        let others = self.flows.iter().filter(|flow| Some(flow.key) != newcomer && flow.jobs > own);
        others.max_by_key(|flow| flow.jobs).map(|flow| flow.key)
    }

    /// Returns the number of flows that are kept.
    #[cfg(test)]
    pub fn count(&self) -> usize {
        self.flows.len()
    }
}
