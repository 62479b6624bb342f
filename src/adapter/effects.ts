import type { Fact } from "../exec/protocol.ts";
import { compareVersions, minorOf, parseVersion } from "../model/version.ts";
import type { Api } from "./api.ts";
import { serverVersion } from "./cluster-identity.ts";
import { newcomer } from "./newcomer.ts";
import { apiServerAt, type NodeState, nodeState } from "./node-state.ts";
import type { AttendedAction } from "./run.ts";

/** What was so before a program or a person began: against it is judged what came of that. */
export interface Before {
  /** Of the node that it is about. */
  readonly node?: NodeState;
  /** The names of all nodes, before one joins. */
  readonly nodes?: readonly string[];
}

/**
 * The answer to an action that no API server carries out, once what it declares has come about; false while it has not,
 * undefined where nothing would show it. `taken` are nodes that other machines of this run have become.
 */
export async function effectOf(
  api: Api,
  action: AttendedAction,
  before: Before,
  taken: ReadonlySet<string>,
): Promise<Fact | false | undefined> {
  switch (action.kind) {
    case "reboot":
      return restarted(api, action.node, before);
    case "hook":
      if (action.effect === "reboot") return restarted(api, action.node, before);
      return action.effect === "kubeletRestart"
        ? nodeIs(api, action.node, ({ isReady }) => isReady)
        : undefined;
    case "upgradeKubelet":
      return nodeIs(api, action.node, (now) => now.isReady && isVersion(now.kubeletVersion, action.to));
    case "upgradeControlPlane":
      return answerOf(await apiServerAt(api, action.node, action.to));
    case "upgradeManagedControlPlane":
      return answerOf(hasMinor(await serverVersion(api), action.to));
    case "joinNode": {
      const node = await newcomer(api, action, before.nodes ?? [], taken);
      return node !== undefined && { kind: "joined", node };
    }
    default:
      return undefined;
  }
}

/** What is said of an effect that does not come about. */
export function missingEffect(action: AttendedAction): string {
  switch (action.kind) {
    case "upgradeKubelet":
      return `the kubelet of ${action.node} is not Ready with ${action.to}`;
    case "upgradeControlPlane":
      return `the API server on ${action.node} has not ${action.to}`;
    case "upgradeManagedControlPlane":
      return `the API server has not ${action.to}`;
    case "joinNode":
      return action.ifTaken === "fail"
        ? `there is no node ${action.name} that is usable`
        : "no new node is usable";
    case "hook":
      return `${action.node} is not Ready${action.effect === "reboot" ? " with another boot id" : ""}`;
    default:
      return `${"node" in action ? action.node : ""} is not Ready with another boot id`;
  }
}

function restarted(api: Api, node: string, before: Before): Promise<Fact | false> {
  return nodeIs(api, node, (now) => now.isReady && now.bootID !== before.node?.bootID);
}

async function nodeIs(api: Api, node: string, holds: (now: NodeState) => boolean): Promise<Fact | false> {
  const now = await nodeState(api, node);
  return now !== undefined && holds(now) && { kind: "done", changed: true };
}

function answerOf(holds: boolean | undefined): Fact | false | undefined {
  return holds === true ? { kind: "done", changed: true } : holds;
}

/** A vendor's suffix counts only where the plan names one. */
function isVersion(seen: string, wanted: string): boolean {
  const [now, to] = [parseVersion(seen), parseVersion(wanted)];
  if (!now || !to) return seen === wanted;
  return compareVersions(now, to) === 0 && (to.suffix === "" || to.suffix === now.suffix);
}

/** Which patch of a minor it is, a provider decides. Undefined where a version cannot be read. */
function hasMinor(seen: string, wanted: string): boolean | undefined {
  const [now, to] = [parseVersion(seen), parseVersion(wanted)];
  return now && to && minorOf(now) === minorOf(to);
}
