import type { Action, ActionOf, Fact } from "../exec/protocol.ts";
import type { Api } from "./api.ts";
import type { ApiAnswer } from "./api-client.ts";
import { doneWith, factOf, failedWith, get, hasHappened, type Intent, type Prepared } from "./intent.ts";
import * as nodes from "./node-intents.ts";
import * as pods from "./pod-intents.ts";
import * as workloads from "./workload-intents.ts";

/** The commands that come down to one write to the API server. */
const writeKinds = [
  "cordon",
  "taint",
  "label",
  "evict",
  "deletePod",
  "scale",
  "patch",
  "restart",
  "upgradeAddon",
  "deleteNode",
] as const satisfies readonly Action["kind"][];

export type WriteAction = ActionOf<(typeof writeKinds)[number]>;

export function isWrite(action: Action): action is WriteAction {
  return (writeKinds as readonly string[]).includes(action.kind);
}

/** What a write has besides the action itself. */
export interface WriteWorld {
  readonly api: Api;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Puts down what is about to be sent; throws where it may not be. */
  readonly record: (intent: Intent) => Promise<void>;
  /** Throws where the run has been told to stop. */
  readonly mayGoOn: () => void;
}

const retryMillis = 1_000;
const mostConflicts = 20;
const mostRefusals = 10;

/**
 * Carries a write out once. Where an answer is missing, because the connection broke or the process did, the cluster is
 * asked whether it was carried out before it is sent again; `earlier` is what may have been sent already.
 */
export async function carryOut(world: WriteWorld, action: WriteAction, earlier?: Intent): Promise<Fact> {
  const { api } = world;
  let doubtful = earlier;
  for (let conflicts = 0, refusals = 0; ;) {
    if (doubtful) {
      const fact = await settled(api, doubtful);
      if (fact) return fact;
      doubtful = undefined;
    }
    world.mayGoOn();
    const ready = await prepare(world, action);
    if (ready.kind === "fact") return ready.fact;
    const { intent } = ready;
    await world.record(intent);
    const answer = await api.once(intent.request);
    if (answer === undefined) {
      doubtful = intent;
      await api.pause(retryMillis);
    } else if (isLate(answer) && refusals++ < mostRefusals) await api.pause(answer.retryAfter ?? retryMillis);
    // Somebody changed the object between the look and the write.
    else if (answer.code === 409 && hasVersion(intent) && conflicts++ < mostConflicts) continue;
    else return await answered(api, answer, intent);
  }
}

/** Too many requests at once, by the server's own words; a budget's refusal says nothing of when to come again. */
function isLate({ code, retryAfter }: ApiAnswer): boolean {
  return code === 429 && retryAfter !== undefined;
}

function hasVersion({ request }: Intent): boolean {
  const { metadata } = (request.body ?? {}) as { readonly metadata?: { readonly resourceVersion?: string } };
  return metadata?.resourceVersion !== undefined;
}

/** The answer to a write that may have been sent; undefined where it has to be sent. */
async function settled(api: Api, { proof, undo }: Intent): Promise<Fact | undefined> {
  const happened = await hasHappened(api, proof);
  if (happened === "yes") return doneWith(undo);
  if (happened === "no") return undefined;
  const message = `${proof.path} was changed by somebody else, so that nobody can tell whether this run had done so before`;
  return { kind: "error", error: { code: 409, reason: "Conflict", message, causes: [] } };
}

/** For an eviction from a namespace that goes, kubectl looks at the pod once more. */
async function answered(api: Api, answer: ApiAnswer, intent: Intent): Promise<Fact> {
  const fact = factOf(answer, intent);
  const isGoing =
    fact.kind === "error" && fact.error.code === 403 && fact.error.causes.includes("NamespaceTerminating");
  if (!isGoing || intent.action.kind !== "evict") return fact;
  const pod = await get(api, pods.podPath(intent.action.pod));
  const podIsTerminating = "object" in pod && pod.object.metadata?.deletionTimestamp !== undefined;
  return { ...fact, podIsTerminating };
}

function prepare({ api, now }: WriteWorld, action: WriteAction): Promise<Prepared> | Prepared {
  switch (action.kind) {
    case "cordon":
      return nodes.cordon(api, action);
    case "taint":
      return nodes.taint(api, action);
    case "label":
      return nodes.label(api, action);
    case "deleteNode":
      return deleteNode(api, action);
    case "evict":
      return pods.evict(api, action);
    case "deletePod":
      return pods.deletePod(api, action);
    case "scale":
      return workloads.scale(api, action);
    case "patch":
      return workloads.patch(api, action);
    case "restart":
      return workloads.restart(api, action, now());
    case "upgradeAddon":
      return workloads.upgradeAddon(api, action);
  }
}

async function deleteNode(api: Api, action: ActionOf<"deleteNode">): Promise<Prepared> {
  const path = nodes.nodePath(action.node);
  const found = await get(api, path);
  if ("error" in found) return failedWith(found.error);
  const uid = found.object.metadata?.uid ?? "";
  const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid } };
  return {
    kind: "write",
    intent: { action, request: { method: "DELETE", path, body }, proof: { kind: "leaving", path, uid } },
  };
}
