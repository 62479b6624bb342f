import { apiRequests } from "../../facts/api-requests.ts";
import type { Action, ApiError, Command } from "../../exec/protocol.ts";
import type { Task } from "../engine/task-queue.ts";
import { apiProblem } from "../nodes/control-plane.ts";
import { perSim } from "../per-sim.ts";
import { priority, type Room, type Sim } from "../sim.ts";
import { isLooking, nextLooks, stopLooking } from "./gone-polls.ts";
import { answer } from "./requests.ts";

/**
 * What a client hears of its requests while the API is away. Without a server the connection is refused. A server that
 * has no etcd behind it takes the request, and gives it up at its own limit unless etcd is back before. How long etcd
 * itself takes to say so (`etcdserver: request timed out`) is not modelled: reads are tried again below the API server.
 * Source: facts/api-requests.ts.
 */
export const unansweredRoom: Room = {
  name: "unanswered",
  worksAlone: true,
  on: {
    "api.down": (sim, _event, number) => {
      for (const { id, inMillis } of nextLooks(sim))
        sim.after(inMillis, "unanswered.look", id, number, { priority: priority.client });
    },
    "api.up": (sim, _event, number) => servedAgain(sim, number),
    "component.down": (sim, _event, number) => refuseIfNoServer(sim, number),
    "node.down": (sim, _event, number) => refuseIfNoServer(sim, number),
  },
  tasks: { "unanswered.look": look, "unanswered.over": over },
};

/** A request that a server has taken and cannot carry out; a look for a pod that is gone has no command to send again. */
interface Hanging {
  readonly id: string;
  readonly command?: Command;
  readonly cause: number;
}

const hanging = perSim(() => new Map<string, Hanging>());

/** Takes a request that comes while the API is away. */
export function leaveUnanswered(sim: Sim, command: Command, cause: number): void {
  take(sim, { id: command.id, command, cause }, reads.has(command.action.kind) ? readLimit : writeLimit);
}

/** Reads are given more time than writes; kubeadm begins with reading the cluster's configuration. */
const reads: ReadonlySet<Action["kind"]> = new Set([
  "listNodes",
  "listPods",
  "listObjects",
  "table",
  "watchRollout",
  "awaitPodGone",
  "upgradeControlPlane",
  "upgradeKubelet",
]);

interface RequestLimit {
  readonly millis: number;
  readonly message: string;
}

const readLimit: RequestLimit = { millis: apiRequests.readMillis, message: apiRequests.readMessage };
const writeLimit: RequestLimit = { millis: apiRequests.writeMillis, message: apiRequests.writeMessage };

function take(sim: Sim, request: Hanging, limit: RequestLimit): void {
  if (apiProblem(sim) === "no-server") return refuse(sim, request, request.cause);
  hanging(sim).set(request.id, request);
  const data: Limit = { request, message: limit.message };
  sim.after(limit.millis, "unanswered.over", request.id, request.cause, { priority: priority.client, data });
}

interface Limit {
  readonly request: Hanging;
  readonly message: string;
}

/** The time of a request is over; a later one of the same id has a time of its own. */
function over(sim: Sim, task: Task): void {
  const { request, message } = task.data as Limit;
  if (hanging(sim).get(request.id) !== request) return;
  hanging(sim).delete(request.id);
  const { timeoutCode: code, timeoutReason: reason } = apiRequests;
  fail(sim, request, { code, reason, message, causes: [] }, task.cause);
}

/** The next look of somebody who waits for a pod to be gone. */
function look(sim: Sim, task: Task): void {
  if (!sim.isAway("api") || !isLooking(sim, task.subject) || hanging(sim).has(task.subject)) return;
  take(sim, { id: task.subject, cause: task.cause }, readLimit);
}

function servedAgain(sim: Sim, cause: number): void {
  const requests = [...hanging(sim).values()];
  hanging(sim).clear();
  for (const { id, command } of requests)
    if (command) sim.after(0, "client.request", id, cause, { priority: priority.client, data: command });
}

/** The last server stops: what it has not answered is lost. */
function refuseIfNoServer(sim: Sim, cause: number): void {
  const requests = [...hanging(sim).values()];
  if (requests.length === 0 || apiProblem(sim) !== "no-server") return;
  hanging(sim).clear();
  for (const request of requests) refuse(sim, request, cause);
}

function refuse(sim: Sim, request: Hanging, cause: number): void {
  const { noAnswer: code, refused: message } = apiRequests;
  fail(sim, request, { code, reason: "", message, causes: [] }, cause);
}

function fail(sim: Sim, { id, command }: Hanging, error: ApiError, cause: number): void {
  if (!command) stopLooking(sim, id);
  answer(sim, id, { kind: "error", error }, cause);
}
