import { evictionFacts } from "../../facts/eviction.ts";
import type { BudgetStatus, PodDisruptionBudget } from "../../model/budget.ts";
import { keyOf } from "../../model/meta.ts";
import { isFinished, isReady, type Pod } from "../../model/pod.ts";
import { podRequest } from "../../model/webhook.ts";
import type { ApiError, Fact } from "../../exec/protocol.ts";
import type { BudgetNumbers } from "../../trace/event.ts";
import type { Task } from "../engine/task-queue.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { setBudgetStatus } from "../state/object-writes.ts";
import { deletePod } from "./deletion.ts";
import { answer } from "./requests.ts";
import { webhookRefusal, type WebhookRefusal } from "./webhooks.ts";

/**
 * The eviction subresource: which evictions the API server lets through, and what it says to the others.
 * Source: pkg/registry/core/pod/storage/eviction.go; facts/drain.json, evictionSubresource.
 */

/** One request, and how far it is. */
export interface EvictionRequest {
  readonly command: string;
  readonly namespace: string;
  readonly name: string;
  readonly graceSeconds?: number;
  readonly dryRun: boolean;
  /** How often its write met a conflict. */
  readonly conflicts: number;
  /** The version of the budget's status that it has read. */
  readonly version: number;
}

export const evictionRoom: Room = {
  name: "eviction",
  tasks: {
    "eviction.admit": admit,
    "eviction.unanswered": unanswered,
    "eviction.read": read,
    "eviction.write": write,
  },
};

/** Takes a request in: admission comes first, then the pod and its budgets. */
export function requestEviction(
  sim: Sim,
  request: Omit<EvictionRequest, "conflicts" | "version">,
  cause: number,
): void {
  schedule(sim, "eviction.admit", { ...request, conflicts: 0, version: 0 }, 0, cause);
}

function schedule(sim: Sim, kind: string, request: EvictionRequest, delay: number, cause: number): void {
  sim.after(delay, kind, request.command, cause, { priority: priority.server, data: request });
}

type UnansweredRequest = EvictionRequest & { readonly refusal: WebhookRefusal };

function admit(sim: Sim, task: Task): void {
  const request = task.data as EvictionRequest;
  // What is asked about is the Eviction, which has no labels of its own.
  const asked = { shape: podRequest.evict, namespace: request.namespace, labels: [{}] };
  const refusal = webhookRefusal(sim, asked);
  if (!refusal) return read(sim, task);
  const refused: UnansweredRequest = { ...request, refusal };
  schedule(sim, "eviction.unanswered", refused, refusal.waitedMillis, task.cause);
}

/** A webhook did not answer, at once or in its time: budgets are not asked any more. */
function unanswered(sim: Sim, task: Task): void {
  const { refusal, ...request } = task.data as UnansweredRequest;
  const pod = sim.state.podNamed(request.namespace, request.name);
  refuse(sim, request, pod, { error: refusal.error, detail: refusal.webhook, budgets: [] }, task.cause);
}

function read(sim: Sim, task: Task): void {
  const request = task.data as EvictionRequest;
  const pod = sim.state.podNamed(request.namespace, request.name);
  if (!pod) return refuse(sim, request, undefined, notFound(request), task.cause);
  if (isTerminatingNamespace(sim, pod)) return refuse(sim, request, pod, namespaceError(pod), task.cause);
  // Such a pod is no disruption: budgets are not asked.
  if (isFinished(pod) || pod.status.phase === "Pending" || pod.deletion)
    return allow(sim, request, pod, "", task.cause);
  const keys = sim.state.budgetKeysFor(pod);
  if (keys.length === 0) return allow(sim, request, pod, "", task.cause);
  if (keys.length > 1) return refuse(sim, request, pod, twoBudgets(keys), task.cause);
  const budget = sim.state.tables.PodDisruptionBudget.get(keys[0]!)!;
  const status = sim.state.budgetStatus(keys[0]!);
  if (!isReady(pod) && mayEvictUnready(budget, status)) return allow(sim, request, pod, keys[0]!, task.cause);
  const refusal = refusalOf(budget, status);
  if (refusal) return refuse(sim, request, pod, refusal, task.cause);
  if (request.dryRun) return allow(sim, request, pod, keys[0]!, task.cause);
  // Requests that arrive together read the same status; whose write comes first is a race.
  const delay = 1 + sim.chooser.choose(`eviction order ${sim.state.workloadOf(pod)} ${pod.uid}`, 4);
  schedule(
    sim,
    "eviction.write",
    { ...request, version: sim.state.budgetVersion(keys[0]!) },
    delay,
    task.cause,
  );
}

/** Takes one disruption from the budget and deletes the pod, unless somebody wrote the status in between. */
function write(sim: Sim, task: Task): void {
  const request = task.data as EvictionRequest;
  const pod = sim.state.podNamed(request.namespace, request.name);
  const key = pod ? sim.state.budgetKeysFor(pod)[0] : undefined;
  if (!pod || key === undefined) return read(sim, task);
  if (sim.state.budgetVersion(key) !== request.version) {
    const { maxConflicts, conflictMillis } = evictionFacts;
    if (request.conflicts >= maxConflicts)
      return refuse(sim, request, pod, tooManyConflicts(key), task.cause);
    const jitter = conflictJitterOf(sim, key, request.conflicts);
    const next = { ...request, conflicts: request.conflicts + 1 };
    return schedule(sim, "eviction.read", next, conflictMillis + jitter, task.cause);
  }
  const status = sim.state.budgetStatus(key);
  allow(sim, request, pod, key, task.cause, { ...status, disruptionsAllowed: status.disruptionsAllowed - 1 });
}

/** Requests that met a conflict together come back spread over the jitter, in the order in which they met it. */
function conflictJitterOf(sim: Sim, budget: string, round: number): number {
  const { conflictMillis, conflictJitter, settleMillis } = evictionFacts;
  const turns = Math.floor((conflictMillis * conflictJitter) / settleMillis);
  return (sim.state.nextConflict(`${budget} ${round} ${sim.now >> 8}`) % turns) * settleMillis;
}

function allow(
  sim: Sim,
  request: EvictionRequest,
  pod: Pod,
  budget: string,
  cause: number,
  status?: BudgetStatus,
): void {
  const { dryRun } = request;
  const event = sim.emit({ kind: "eviction.allowed", pod: pod.uid, budget, dryRun }, cause);
  const done: Fact = { kind: "done", changed: true };
  if (dryRun) return answer(sim, request.command, done, event);
  if (status) {
    const disruptedPods = { ...status.disruptedPods, [pod.name]: sim.epoch() };
    setBudgetStatus(sim, budget, { ...status, disruptedPods }, event);
  }
  const grace = request.graceSeconds === undefined ? {} : { graceSeconds: request.graceSeconds };
  const deleted = deletePod(
    sim,
    pod,
    { by: "eviction", disruption: "EvictionByEvictionAPI", ...grace },
    event,
  );
  answer(sim, request.command, done, deleted ?? event);
}

interface Refusal {
  readonly error: ApiError;
  readonly detail: string;
  readonly budgets: readonly string[];
  readonly numbers?: BudgetNumbers;
}

function refuse(
  sim: Sim,
  request: EvictionRequest,
  pod: Pod | undefined,
  refusal: Refusal,
  cause: number,
): void {
  const { error, detail, budgets, numbers } = refusal;
  const holds = budgets.map((key) => sim.latest(`budget ${key}`)).filter((number) => number !== undefined);
  const { code, reason, message } = error;
  const body = { code, reason, message, detail, budgets, ...(numbers ? { numbers } : {}) };
  const event = pod ? sim.emit({ kind: "eviction.refused", pod: pod.uid, ...body }, cause, holds) : cause;
  answer(
    sim,
    request.command,
    { kind: "error", error, podIsTerminating: pod?.deletion !== undefined },
    event,
  );
}

function mayEvictUnready(budget: PodDisruptionBudget, status: BudgetStatus): boolean {
  if (budget.unhealthyPodEvictionPolicy === "AlwaysAllow") return true;
  return status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0;
}

/** Why the budget allows nothing now, or undefined if it allows one more. */
function refusalOf(budget: PodDisruptionBudget, status: BudgetStatus): Refusal | undefined {
  const { messages } = evictionFacts;
  const budgets = [keyOf(budget)];
  const numbers: BudgetNumbers = {
    healthy: status.currentHealthy,
    desired: status.desiredHealthy,
    allowed: status.disruptionsAllowed,
    expected: status.expectedPods,
  };
  const tooMany = (message: string, detail: string): Refusal => ({
    error: { code: 429, reason: "TooManyRequests", message, causes: ["DisruptionBudget"] },
    detail,
    budgets,
    numbers,
  });
  if (status.observedGeneration < (budget.generation ?? 0))
    return tooMany(messages.notObserved, messages.notObservedCause(budget.name));
  if (Object.keys(status.disruptedPods).length > evictionFacts.maxDisruptedPods)
    return forbidden(budget, messages.tooManyDisrupted);
  if (status.disruptionsAllowed > 0) return undefined;
  const detail =
    status.currentHealthy <= status.desiredHealthy
      ? messages.needsCause(budget.name, status.desiredHealthy, status.currentHealthy)
      : messages.notNowCause(budget.name);
  return tooMany(messages.violates, detail);
}

function forbidden(budget: PodDisruptionBudget, message: string): Refusal {
  const error = { code: 403, reason: "Forbidden", message, causes: [] };
  return { error, detail: "", budgets: [keyOf(budget)] };
}

function twoBudgets(budgets: readonly string[]): Refusal {
  const error = {
    code: 500,
    reason: "InternalError",
    message: evictionFacts.messages.twoBudgets,
    causes: [],
  };
  return { error, detail: "", budgets };
}

function tooManyConflicts(budget: string): Refusal {
  const message = `couldn't update PodDisruptionBudget "${budget}" due to conflicts`;
  return { error: { code: 504, reason: "Timeout", message, causes: [] }, detail: "", budgets: [budget] };
}

function notFound({ name }: EvictionRequest): Refusal {
  return {
    error: { code: 404, reason: "NotFound", message: `pods "${name}" not found`, causes: [] },
    detail: "",
    budgets: [],
  };
}

function isTerminatingNamespace(sim: Sim, pod: Pod): boolean {
  return sim.state.tables.Namespace.get(pod.namespace)?.phase === "Terminating";
}

function namespaceError({ name, namespace }: Pod): Refusal {
  const message = `pods "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`;
  const error = { code: 403, reason: "Forbidden", message, causes: ["NamespaceTerminating"] };
  return { error, detail: `namespace ${namespace} is being terminated`, budgets: [] };
}
