import { hostname } from "node:os";
import { Api } from "../adapter/api.ts";
import type { ApiClient } from "../adapter/api-client.ts";
import { changesOf } from "../adapter/changes.ts";
import { machineClock } from "../adapter/clock.ts";
import type { Intent } from "../adapter/intent.ts";
import { restoreAll, type Restored } from "../adapter/restore.ts";
import { Stopped, type StopReason } from "../adapter/stopped.ts";
import { equivalentOf } from "../kubectl/equivalent.ts";
import { plain } from "../report/escape.ts";
import { shellWord } from "../lib/shell-word.ts";
import { canAsk, ask } from "./confirm.ts";
import type { ExecuteCommand } from "./execute-command.ts";
import { isGone, withLease } from "./execute-lease.ts";
import { exitCodes, targetFlags } from "./execute-end.ts";
import { continued, journalOf, sameCluster } from "./earlier-run.ts";
import { InputError } from "./input-error.ts";
import { print } from "./run-screen.ts";
import { stopLines } from "./stop-words.ts";

/** `seatrial execute --abort JOURNAL`: opens what a run has cordoned, and puts back what it has patched or scaled. */
export async function abortRun(
  path: string,
  planPath: string | undefined,
  command: ExecuteCommand,
): Promise<number> {
  const content = journalOf(path, planPath);
  const { header, records } = content;
  const { client, acquaintance } = await sameCluster(content, path, command);
  const changes = changesOf(records);
  if (changes.length === 0) {
    print(`${header.run} has left nothing that could be put back.`);
    return 0;
  }
  for (const { first } of changes.toReversed()) print(`  ${plain(inWords(first))}`);
  await agree(command, client.context);
  return withLease(
    client,
    header.run,
    (holder) => isGone(holder, header.run),
    async (lease) => {
      const now = records.at(-1)?.now ?? 0;
      const { user } = acquaintance;
      const at = new Date().toISOString();
      const aborting = { kind: "aborting", now, at, user, host: hostname(), pid: process.pid } as const;
      const journal = continued(path, content, aborting);
      const api = new Api(client, {
        clock: machineClock,
        patienceMillis: 60_000,
        listener: {
          silent: (message) => print(`${client.server} does not answer: ${plain(message)}; waiting`),
          back: () => undefined,
        },
        signal: new AbortController().signal,
      });
      const parts = {
        api,
        clock: machineClock,
        journal,
        assureLease: () => lease.assure(),
        sending: (intent: Intent) => sayCommand(intent),
        restored: sayRestored,
      };
      const results = await restoreAll(parts, records, now).catch((error: unknown) => {
        if (error instanceof Stopped) return error.reason;
        throw error;
      });
      journal.close();
      if ("kind" in results) return sayStopped(results, client, `${shellWord(path)}${targetFlags(command)}`);
      const left = results.filter(({ outcome }) => outcome === "failed" || outcome === "foreign");
      print(
        left.length === 0
          ? "\nAll that this run had changed is as it was."
          : `\n${left.length} of ${results.length} left as they are.`,
      );
      return left.length === 0 ? 0 : 1;
    },
  );
}

/** What was put back stays so, and stands in the journal: the rest is for another attempt. */
function sayStopped(reason: StopReason, client: ApiClient, words: string): number {
  print("\nStopped before all was put back.");
  for (const line of stopLines(reason, client)) print(plain(line));
  print(`\nGo on: seatrial execute --abort ${words}`);
  return exitCodes.stopped;
}

async function agree({ yes }: ExecuteCommand, context: string): Promise<void> {
  if (yes) return;
  if (!canAsk())
    throw new InputError("there is no terminal to ask on, and nothing was done.", "Without questions: --yes");
  if ((await ask(`Put this back on ${plain(context)}? Type yes: `)) !== "yes")
    throw new InputError("not put back: nothing was done.");
}

function inWords({ undo }: Intent): string {
  return (undo && equivalentOf(undo)) ?? "";
}

function sayCommand({ action }: Intent): void {
  const command = equivalentOf(action);
  if (command !== undefined) print(`$ ${plain(command)}`);
}

function sayRestored({ outcome, message, change }: Restored): void {
  if (outcome === "nothing") print(`  ${plain(inWords(change.first))}: it is so already`);
  if (outcome === "foreign" || outcome === "failed")
    print(`  not done: ${plain(inWords(change.first))}: ${plain(message)}`);
}
