import type { Acquaintance } from "../adapter/cluster-identity.ts";
import { plain } from "../report/escape.ts";
import { ask, canAsk } from "./confirm.ts";
import { InputError } from "./input-error.ts";
import type { Rehearsed } from "./rehearsal.ts";

/**
 * Asks whether the plan is to be carried out. Throws InputError where it is not: somebody said no, nobody was there to
 * ask, or the rehearsal found errors that nobody has named.
 */
export async function agreeTo(
  { verdict, trace }: Rehearsed,
  { identity, production, user }: Acquaintance,
  { yes }: { readonly yes: boolean },
): Promise<void> {
  const errors = verdict.findings.filter(({ severity, accepted }) => severity === "error" && !accepted);
  const rules = [...new Set(errors.map(({ rule }) => rule))];
  const where = `${identity.context} (${identity.server})`;
  if (yes) {
    if (rules.length === 0) return;
    throw new InputError(
      `the rehearsal ends with ${verdict.word}, so --yes does not carry it out on ${where}.`,
      `To do it all the same, name what is to be lived with: ${rules.map((rule) => `--accept ${rule}`).join(" ")}`,
    );
  }
  if (!canAsk())
    throw new InputError("there is no terminal to ask on, and nothing was done.", "Without questions: --yes");
  const hasToType = production !== undefined || rules.length > 0;
  const why =
    production === undefined
      ? `the rehearsal ends with ${verdict.word}`
      : `this is production: ${production}`;
  process.stderr.write(`\n${plain(`This carries ${trace.header.plan.name} out on ${where}, as ${user}.`)}\n`);
  const question = hasToType ? `Type the context's name to go on (${plain(why)}): ` : "Type yes to go on: ";
  const answer = await ask(question);
  if (answer === (hasToType ? identity.context : "yes")) return;
  throw new InputError("not carried out: nothing was done.");
}
