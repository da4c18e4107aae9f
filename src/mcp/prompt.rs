//! The prompt `check_figure`: a claim about money is checked by the tools.

use super::object::{Object, list};

pub const NAME: &str = "check_figure";

/// The prompts as a JSON list.
pub fn listed() -> String {
    let argument = |name: &str, description: &str, required: &str| {
        Object::new().text("name", name).text("description", description).json("required", required).end()
    };
    let arguments = [
        argument("claim", "The claim, with its figures, such as: OpenAI's cash lasts 18 months.", "true"),
        argument("source", "Where the claim was made.", "false"),
    ];
    let prompt = Object::new()
        .text("name", NAME)
        .text("title", "Check a figure")
        .text("description", "Checks a claim about money by calculating it again.")
        .json("arguments", &list(arguments));
    list([prompt.end()])
}

/// The messages of the prompt, for a claim.
pub fn messages(claim: &str, source: Option<&str>) -> String {
    let source = source.map(|source| format!("Source: {source}\n")).unwrap_or_default();
    let text = format!(
        "Check this claim by calculation.\n\nClaim: {claim}\n{source}\n\
         1. Say which figures the claim rests on, and which of them it leaves out.\n\
         2. Choose the tool whose question the claim answers, and call it with options.explain true. Calculate nothing yourself. Figures \
         that nobody has disclosed are left out where the tool allows it; what you assume, say.\n\
         3. Show the steps of the explanation that lead to the figure, and its warnings.\n\
         4. Say whether the claim holds, by how much it differs, and which input would have to change for it to hold."
    );
    let content = Object::new().text("type", "text").text("text", &text).end();
    list([Object::new().text("role", "user").json("content", &content).end()])
}
