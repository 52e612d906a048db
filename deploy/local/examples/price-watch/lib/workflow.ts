import type { Page } from "playwright";

export interface RunContext {
  session: string;
  page: Page;
}

/** Marks an object as a workflow: the name it is started by, and what it does. */
export function workflow<Input, Output>(
  name: string,
  run: (context: RunContext, input: Input) => Promise<Output>,
) {
  return { [Symbol.for("libretto.workflow")]: true, name, run };
}
