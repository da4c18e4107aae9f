// A file is handed to the browser to save. It never leaves the machine.

/** Hands a file to the browser to save. */
export function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type })), link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has read the address by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export const saveJson = (question, requests, answers) => save(`paydirt-${question.name}.json`, "application/json", JSON.stringify({ model: question.name, requests, answers }, null, 2) + "\n");
