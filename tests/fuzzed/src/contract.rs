//! The contract by its descriptors: the models that it has, and the engine's answer to a request that is known by its descriptor alone.

use std::sync::LazyLock;

use paydirt::engine::Refused;
use paydirt::engine::calculation::compute;
use paydirt::models::work::{self, Exceeded};
use paydirt::wire::cost::Cost;
use paydirt::wire::pb;
use prost::Message;
use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, FileDescriptor, MessageDescriptor, MethodDescriptor, Value,
};

/// The contract that the service is built from.
pub static CONTRACT: LazyLock<Contract> = LazyLock::new(Contract::read);

/// The descriptors, and the models in the order of the union of calculations.
pub struct Contract {
    /// Every file of the contract.
    pub pool: DescriptorPool,
    /// One for each branch of the union of calculations.
    pub models: Vec<Model>,
    calculation: MessageDescriptor,
    result: MessageDescriptor,
}

/// A model as the contract has it.
pub struct Model {
    /// The name of the branch in the union of calculations: `runway`.
    pub name: String,
    /// The method that answers the model alone.
    pub method: MethodDescriptor,
    branch: FieldDescriptor,
    answer: FieldDescriptor,
}

/// A request that the engine was asked.
pub struct Asked {
    /// The estimate of the work, in units.
    pub expected: u64,
    /// The work that was counted, in units.
    pub done: u64,
    /// The answer or the refusal; [`Exceeded`] where the work that was granted was not enough.
    pub outcome: Result<Result<DynamicMessage, Refused>, Exceeded>,
}

impl Contract {
    fn read() -> Contract {
        let pool = DescriptorPool::decode(pb::FILE_DESCRIPTOR_SET).expect("the contract's descriptors are whole");
        let message = |name: &str| pool.get_message_by_name(name).unwrap_or_else(|| panic!("the contract has no {name}"));
        let (calculation, result) = (message("paydirt.v1.Calculation"), message("paydirt.v1.CalculationResult"));
        let model = |branch: FieldDescriptor| {
            let takes = |method: &MethodDescriptor| branch.kind().as_message() == Some(&method.input());
            let method = methods_of(&pool).find(takes).unwrap_or_else(|| panic!("no method takes {}", branch.full_name()));
            let answer = result.get_field_by_name(branch.name()).expect("a model has a result of its name");
            Model { name: branch.name().to_owned(), method, branch, answer }
        };
        let models = calculation.fields().map(model).collect();
        Contract { models, calculation, result, pool }
    }

    /// Returns the descriptor of a calculation of any model.
    pub fn calculation(&self) -> &MessageDescriptor {
        &self.calculation
    }

    /// Returns every method of every service of the contract.
    pub fn methods(&self) -> impl Iterator<Item = MethodDescriptor> {
        methods_of(&self.pool)
    }

    /// Returns the model whose own method takes this message.
    pub fn model_of(&self, request: &MessageDescriptor) -> Option<&Model> {
        self.models.iter().find(|model| model.request() == *request)
    }
}

fn methods_of(pool: &DescriptorPool) -> impl Iterator<Item = MethodDescriptor> + use<> {
    pool.services().flat_map(|service| service.methods().collect::<Vec<_>>()).collect::<Vec<_>>().into_iter()
}

/// Returns the comment in front of a part of a file, known by its path among the file's descriptors.
pub fn comment_of(file: &FileDescriptor, path: &[i32]) -> String {
    let info = file.file_descriptor_proto().source_code_info.as_ref();
    let part = info.and_then(|info| info.location.iter().find(|location| location.path == path));
    part.map(|part| part.leading_comments().to_owned()).unwrap_or_default()
}

/// Returns the full name of a method, as it is called: `paydirt.v1.RunwayService/ComputeRunway`.
pub fn name_of(method: &MethodDescriptor) -> String {
    format!("{}/{}", method.parent_service().full_name(), method.name())
}

impl Model {
    /// Returns the descriptor of the model's request.
    pub fn request(&self) -> MessageDescriptor {
        self.method.input()
    }

    /// Returns the request as a calculation of any model.
    pub fn calculation(&self, request: &DynamicMessage) -> DynamicMessage {
        let mut calculation = DynamicMessage::new(CONTRACT.calculation.clone());
        calculation.set_field(&self.branch, Value::Message(request.clone()));
        calculation
    }

    /// Returns the branch of the union of calculations that holds the model's request.
    pub fn branch(&self) -> &FieldDescriptor {
        &self.branch
    }

    /// Returns the request as the engine takes it.
    pub fn question(&self, request: &DynamicMessage) -> pb::calculation::Model {
        let bytes = self.calculation(request).encode_to_vec();
        let read = pb::Calculation::decode(bytes.as_slice()).expect("a message of the contract is read");
        read.model.expect("a calculation of a model")
    }

    /// Asks the engine, which is granted so much work by the estimate of the work.
    pub fn ask(&self, request: &DynamicMessage, granted: impl FnOnce(u64) -> u64) -> Asked {
        let question = self.question(request);
        let expected = question.expected_units();
        let before = work::done();
        let outcome = work::up_to(granted(expected).max(1), || compute(&question));
        let done = work::done() - before;
        let answered = |answer| {
            let bytes = pb::CalculationResult { model: Some(answer) }.encode_to_vec();
            let mut result =
                DynamicMessage::decode(CONTRACT.result.clone(), bytes.as_slice()).expect("an answer of the contract");
            match result.take_field(&self.answer) {
                Some(Value::Message(answer)) => answer,
                other => panic!("{} is answered by another model: {other:?}", self.name),
            }
        };
        Asked { expected, done, outcome: outcome.map(|outcome| outcome.map(answered)) }
    }
}
