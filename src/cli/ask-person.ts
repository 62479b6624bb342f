import type { AskPerson } from "../adapter/attend.ts";
import { ask, canAsk } from "./confirm.ts";
import type { Plan } from "../plan/plan.ts";

/** Prints what there is to do, and waits until a person says that it is done. */
export function askPerson(_plan: Plan): AskPerson {
  return async ({ action }) => {
    const what =
      action.kind === "sleep"
        ? action.label
        : "node" in action
          ? `${action.kind} ${action.node}`
          : action.kind;
    if (!canAsk()) return { refusal: `${what}: nobody is there to do it` };
    const answer = await ask(`         ${what}: type done once it is, or stop: `);
    return answer === "done" ? "done" : { refusal: `${what}: not done` };
  };
}
