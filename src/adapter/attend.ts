import type { Fact } from "../exec/protocol.ts";
import { quantile } from "../lib/statistics.ts";
import type { Duration } from "../plan/assumptions.ts";
import type { Api } from "./api.ts";
import type { AttendedAction, Attendant } from "./run.ts";
import { Stopped } from "./stopped.ts";

/** What a person is asked to do, or to say. */
export interface Question {
  readonly command: string;
  readonly action: AttendedAction;
}

/** Asks a person; a sentence says why that cannot be. */
export type AskPerson = (question: Question) => Promise<{ readonly refusal: string } | "done">;

/** Waits, and sees to it that a person does what no API can. */
export function attendantOf(api: Api, askPerson: AskPerson): Attendant {
  return {
    async attend(command, action): Promise<Fact> {
      if (action.kind === "sleep" && !action.label.startsWith("approve ")) {
        await waitFor(api, action.duration);
        return { kind: "reached" };
      }
      const answer = await askPerson({ command, action });
      if (answer === "done") return { kind: "done", changed: true };
      throw new Stopped({ kind: "refused", step: command, message: answer.refusal });
    },
  };
}

/** As long as is said; where that is a distribution, its median. `never` ends with the run. */
async function waitFor(api: Api, duration: Duration): Promise<void> {
  const millis =
    duration.kind === "never"
      ? Infinity
      : duration.kind === "fixed"
        ? duration.millis
        : quantile(duration.table, 0.5);
  await api.pause(millis);
}
