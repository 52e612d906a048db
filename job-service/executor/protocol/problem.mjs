/** What is wrong with an upload, in words for its author. */
export class BuildProblem extends Error {}
