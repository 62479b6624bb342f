import type { ApiClient } from "../adapter/api-client.ts";
import { Journal, type JournalContent, type JournalRecord, readJournal } from "../adapter/journal.ts";
import { Stopped } from "../adapter/stopped.ts";
import { describeSystemError } from "../read/files.ts";
import type { ExecuteCommand } from "./execute-command.ts";
import { InputError } from "./input-error.ts";
import { acquaintedWith, liveClient } from "./live-api.ts";
import { hashOf, planIn } from "./plan-file.ts";

/** What `--resume` and `--abort` have in common: a run that is there, its journal and its cluster. */

/** A journal, of this plan where one is given. Throws InputError where it is none. */
export function journalOf(path: string, planPath: string | undefined): JournalContent {
  let content: ReturnType<typeof readJournal>;
  try {
    content = readJournal(path);
  } catch (error) {
    throw new InputError(`${path}: ${describeSystemError(error)}`);
  }
  if ("problem" in content) throw new InputError(`${path}: ${content.problem}`);
  if (planPath !== undefined && hashOf(planIn(planPath).plan) !== content.header.planHash)
    throw new InputError(
      `${path} is the journal of another plan: ${content.header.plan.name} (${content.header.planFile}), or of an older state of ${planPath}.`,
    );
  return content;
}

/** A journal that is gone on with. Throws InputError where it cannot be written: nothing is done then. */
export function continued(path: string, content: JournalContent, first: JournalRecord): Journal {
  try {
    return Journal.continue(path, content, first);
  } catch (error) {
    if (!(error instanceof Stopped) || error.reason.kind !== "journal") throw error;
    throw new InputError(
      `${path}: the journal cannot be gone on with: ${error.reason.message}`,
      "Nothing was done. Nothing may be done that does not stand in it.",
    );
  }
}

/** The cluster that the journal is about. Throws InputError where the kubeconfig leads to another one. */
export async function sameCluster(
  { header }: JournalContent,
  path: string,
  command: ExecuteCommand,
): Promise<{
  readonly client: ApiClient;
  readonly acquaintance: Awaited<ReturnType<typeof acquaintedWith>>;
}> {
  const client = liveClient({ ...command, context: command.context ?? header.cluster.context });
  const acquaintance = await acquaintedWith(client);
  if (acquaintance.identity.uid === header.cluster.uid) return { client, acquaintance };
  throw new InputError(
    `${path} is about another cluster than ${client.context} (${client.server}):`,
    `it was begun on ${header.cluster.context} (${header.cluster.server}). Name that one: --context NAME`,
  );
}
