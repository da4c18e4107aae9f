//! The memory that the process uses, and the limit on it: the limit of the settings, or that of the cgroup the process runs in.
//!
//! Under a cgroup's limit the kernel counts what the allocator holds, what sockets hold and the pages of files alike, and kills the
//! process when nothing of it can be given back. Pages of files that nobody has used lately (`inactive_file`) are dropped before
//! that, and so they do not count here. Both versions of cgroups have a hierarchy, and the least limit on the way up is the one
//! that is reached first.

use std::fs::{self, File};
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

use rustix::param::page_size;

/// A limit above this many bytes is none: version 1 shows no limit as a figure near 2^63.
const LIMIT_MAX: u64 = 1 << 60;

/// The memory limit of the process, and where its use is read.
#[derive(Debug)]
pub(crate) struct Usage {
    limit: u64,
    source: Source,
}

/// The place where the use is read.
#[derive(Debug)]
enum Source {
    /// The cgroup whose limit it is: what is used, and what of it is pages of files that can be dropped.
    Cgroup { used: File, stat: File, droppable: &'static str },
    /// `/proc/self/statm`: the resident pages of this process.
    Process { statm: File },
}

/// A cgroup with a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
struct LimitedCgroup {
    limit: u64,
    directory: PathBuf,
    version: Version,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

impl Version {
    fn limit_file(self) -> &'static str {
        match self {
            Version::One => "memory.limit_in_bytes",
            Version::Two => "memory.max",
        }
    }

    fn used_file(self) -> &'static str {
        match self {
            Version::One => "memory.usage_in_bytes",
            Version::Two => "memory.current",
        }
    }

    /// The name of the droppable pages in `memory.stat`, those of cgroups below included.
    fn droppable(self) -> &'static str {
        match self {
            Version::One => "total_inactive_file",
            Version::Two => "inactive_file",
        }
    }
}

impl Usage {
    /// Returns the limit of the settings, or else the least limit of the process's cgroups. None where neither sets one, and where the
    /// system does not tell the use.
    pub fn find(explicit: Option<u64>) -> Option<Usage> {
        let cgroup = least(Path::new("/proc/self/cgroup"), Path::new("/proc/self/mountinfo"));
        match (explicit, cgroup) {
            // Where the settings give a limit, and the cgroup a lower one, the lower one is reached first.
            (Some(limit), Some(cgroup)) if cgroup.limit <= limit => Usage::of_cgroup(&cgroup),
            (Some(limit), _) => Some(Usage { limit, source: Source::Process { statm: File::open("/proc/self/statm").ok()? } }),
            (None, cgroup) => Usage::of_cgroup(&cgroup?),
        }
    }

    fn of_cgroup(cgroup: &LimitedCgroup) -> Option<Usage> {
        let open = |name| File::open(cgroup.directory.join(name)).ok();
        let (used, stat) = (open(cgroup.version.used_file())?, open("memory.stat")?);
        Some(Usage { limit: cgroup.limit, source: Source::Cgroup { used, stat, droppable: cgroup.version.droppable() } })
    }

    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// Returns the bytes that are used now. None when the system does not tell.
    pub fn used(&mut self) -> Option<u64> {
        match &mut self.source {
            Source::Process { statm } => resident(read(statm)?.as_str()),
            Source::Cgroup { used, stat, droppable } => {
                let used = read(used)?.trim().parse::<u64>().ok()?;
                // The second file costs more to read, and says nothing that matters while little is used.
                let droppable = if used > self.limit / 2 { droppable_of(&read(stat)?, droppable)? } else { 0 };
                Some(used.saturating_sub(droppable))
            }
        }
    }
}

/// Reads a file of the kernel anew from its beginning.
fn read(file: &mut File) -> Option<String> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.read_to_string(&mut text).ok()?;
    Some(text)
}

/// Returns the resident bytes that a line of `/proc/self/statm` tells: the second figure, in pages.
fn resident(statm: &str) -> Option<u64> {
    let pages = statm.split_ascii_whitespace().nth(1)?.parse::<u64>().ok()?;
    Some(pages.saturating_mul(page_size() as u64))
}

/// Returns the bytes with this name in `memory.stat`.
fn droppable_of(stat: &str, name: &str) -> Option<u64> {
    stat.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok())
}

/// Returns the cgroup with the least limit among those that the process is in and those above it.
fn least(cgroups: &Path, mounts: &Path) -> Option<LimitedCgroup> {
    let (cgroups, mounts) = (fs::read_to_string(cgroups).ok()?, fs::read_to_string(mounts).ok()?);
    let places = places(&cgroups, &mounts);
    places.into_iter().flat_map(|(directory, top, version)| limits(&directory, &top, version)).min_by_key(|found| found.limit)
}

/// The limits of a cgroup and of those above it, up to the mount.
fn limits(directory: &Path, top: &Path, version: Version) -> Vec<LimitedCgroup> {
    let up = directory.ancestors().take_while(|directory| directory.starts_with(top));
    let limited = up.filter_map(|directory| {
        let limit = fs::read_to_string(directory.join(version.limit_file())).ok()?.trim().parse::<u64>().ok()?;
        (limit < LIMIT_MAX).then(|| LimitedCgroup { limit, directory: directory.to_owned(), version })
    });
    limited.collect()
}

/// The directories of the cgroups that count the memory of the process, each with the mount above it.
///
/// A container mostly sees its own cgroup as the root of the mount, while `/proc/self/cgroup` may name the path that the host sees. The
/// part of the path that the mount has cut off is taken off, and where that does not fit, the root of the mount is taken.
fn places(cgroups: &str, mounts: &str) -> Vec<(PathBuf, PathBuf, Version)> {
    let path_of = |version: Version| {
        cgroups.lines().find_map(|line| {
            let mut fields = line.splitn(3, ':');
            let (_, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
            let is_it = match version {
                Version::One => controllers.split(',').any(|controller| controller == "memory"),
                Version::Two => controllers.is_empty(),
            };
            is_it.then_some(path)
        })
    };
    let place = |line: &str| {
        // ID, parent, device, root, mount point, options, any number of tags, a dash, type, source, options of the type.
        let (mount, kind) = line.split_once(" - ")?;
        let mut mount = mount.split(' ').skip(3);
        let (root, point) = (mount.next()?, PathBuf::from(mount.next()?));
        let mut kind = kind.split(' ');
        let version = match (kind.next()?, kind.nth(1)) {
            ("cgroup", Some(options)) if options.split(',').any(|option| option == "memory") => Version::One,
            ("cgroup2", _) => Version::Two,
            _ => return None,
        };
        let below = Path::new(path_of(version)?).strip_prefix(root).unwrap_or(Path::new(""));
        Some((point.join(below), point, version))
    };
    mounts.lines().filter_map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "30 23 0:26 / {} rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
    const ONE: &str = "31 23 0:27 / {} rw,nosuid - cgroup cgroup rw,memory\n";

    fn place(directory: &str, point: &str, version: Version) -> (PathBuf, PathBuf, Version) {
        (directory.into(), point.into(), version)
    }

    #[test]
    fn the_place_is_the_path_of_the_process_below_the_mount() {
        let two = TWO.replace("{}", "/sys/fs/cgroup");
        assert_eq!(places("0::/a/b\n", &two), [place("/sys/fs/cgroup/a/b", "/sys/fs/cgroup", Version::Two)]);
        assert_eq!(places("0::/\n", &two), [place("/sys/fs/cgroup", "/sys/fs/cgroup", Version::Two)]);
        let one = ONE.replace("{}", "/sys/fs/cgroup/memory");
        let cgroups = "12:cpu,cpuacct:/x\n11:memory:/a\n0::/other\n";
        assert_eq!(places(cgroups, &one), [place("/sys/fs/cgroup/memory/a", "/sys/fs/cgroup/memory", Version::One)]);
        assert_eq!(places(cgroups, &format!("{one}{two}")).len(), 2, "both may be there");
        // A container: the mount shows a part of the hierarchy, and the path is the host's.
        let inside = two.replace(" / ", " /kubepods/pod1 ");
        assert_eq!(places("0::/kubepods/pod1/c\n", &inside), [place("/sys/fs/cgroup/c", "/sys/fs/cgroup", Version::Two)]);
        assert_eq!(places("0::/elsewhere\n", &inside), [place("/sys/fs/cgroup", "/sys/fs/cgroup", Version::Two)]);
        assert_eq!(places("", &two), []);
        assert_eq!(places("0::/\n", "nonsense\n"), []);
    }

    #[test]
    fn the_least_limit_on_the_way_up_counts() {
        let directory = tempfile::tempdir().expect("a directory");
        let top = directory.path().join("cgroup");
        let inner = top.join("a/b");
        fs::create_dir_all(&inner).expect("directories");
        let write = |place: &Path, name: &str, text: &str| fs::write(place.join(name), text).expect("a file");
        write(directory.path(), "cgroups", "0::/a/b\n");
        write(directory.path(), "mounts", &TWO.replace("{}", top.to_str().expect("text")));
        let least = || least(&directory.path().join("cgroups"), &directory.path().join("mounts"));
        assert_eq!(least(), None, "no file says so");
        write(&inner, "memory.max", "max\n");
        assert_eq!(least(), None);
        write(&top.join("a"), "memory.max", "1000\n");
        let above = LimitedCgroup { limit: 1000, directory: top.join("a"), version: Version::Two };
        assert_eq!(least(), Some(above.clone()));
        write(&inner, "memory.max", "2000\n");
        assert_eq!(least(), Some(above));
        // Above the mount nothing is looked at.
        write(directory.path(), "memory.max", "1\n");
        write(&inner, "memory.max", "500\n");
        let found = least().expect("the inner one");
        assert_eq!((found.limit, &found.directory), (500, &inner));

        write(&inner, "memory.current", "240\n");
        write(&inner, "memory.stat", "anon 5\nfile 90\ninactive_file 40\nactive_file 50\n");
        let mut usage = Usage::of_cgroup(&found).expect("its files are there");
        assert_eq!((usage.limit(), usage.used()), (500, Some(240)), "below half, what can be dropped is not looked at");
        write(&inner, "memory.current", "300\n");
        assert_eq!(usage.used(), Some(260));
        write(&inner, "memory.current", "nonsense");
        assert_eq!(usage.used(), None);
    }

    #[test]
    fn a_limit_of_version_one_that_is_none_is_none() {
        let directory = tempfile::tempdir().expect("a directory");
        fs::write(directory.path().join("memory.limit_in_bytes"), "9223372036854771712\n").expect("a file");
        assert_eq!(limits(directory.path(), directory.path(), Version::One), []);
    }

    #[test]
    fn an_explicit_limit_is_that_of_the_process() {
        let mut usage = Usage::find(Some(64 << 20)).expect("Linux tells");
        assert!(usage.limit() <= 64 << 20);
        let used = usage.used().expect("Linux tells");
        assert!(used > 1 << 20, "{used}");
        assert_eq!(resident("100 7 3 1 0 5 0"), Some(7 * page_size() as u64));
        assert_eq!(resident("100"), None);
    }
}
