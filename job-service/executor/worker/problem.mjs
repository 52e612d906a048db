/** What is wrong with an upload, said in words for its author. @param {string} message */
export function problem(message) {
  return Object.assign(new Error(message), { isBuildProblem: true });
}
