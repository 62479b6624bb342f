import { stringify } from "yaml";
import { type PolicyRule, type Rights, rightsToRun } from "../adapter/rights.ts";
import { planIn } from "./plan-file.ts";
import { snapshotResources } from "./read-live.ts";

export interface RbacCommand {
  readonly for: "snapshot" | "execute";
}

/** `seatrial rbac`: the least Role and ClusterRole for reading a cluster, or for carrying a plan out on it. */
export function rbac(path: string | undefined, command: RbacCommand): number {
  const reading = readRules();
  const { cluster, namespaced }: Rights =
    command.for === "snapshot"
      ? { cluster: [], namespaced: {} }
      : rightsToRun(path === undefined ? undefined : planIn(path).plan);
  const name = `seatrial-${command.for}`;
  const documents = [
    role("ClusterRole", name, undefined, [...reading, ...cluster]),
    ...Object.entries(namespaced).map(([namespace, rules]) => role("Role", name, namespace, rules)),
  ];
  const bind = [
    `kubectl create clusterrolebinding ${name} --clusterrole=${name} --user=WHO`,
    ...Object.keys(namespaced).map(
      (namespace) => `kubectl -n ${namespace} create rolebinding ${name} --role=${name} --user=WHO`,
    ),
  ];
  const what =
    command.for === "snapshot"
      ? "reads a cluster: what a rehearsal, check and snapshot ask for"
      : path === undefined
        ? "drains nodes and opens them again; with the plan's file: what that plan needs"
        : `carries ${path} out`;
  const head = [
    `# The least that ${what}.`,
    "# To give it to somebody, after kubectl apply -f -:",
    ...bind.map((line) => `#   ${line}`),
  ];
  process.stdout.write(`${head.join("\n")}\n${documents.join("---\n")}`);
  return 0;
}

/** Reading takes `list` alone, by group. */
function readRules(): PolicyRule[] {
  const byGroup = new Map<string, string[]>();
  for (const [resource] of snapshotResources) {
    const dot = resource.indexOf(".");
    const [plural, group] = dot < 0 ? [resource, ""] : [resource.slice(0, dot), resource.slice(dot + 1)];
    byGroup.set(group, [...(byGroup.get(group) ?? []), plural]);
  }
  return [...byGroup].map(([group, resources]) => ({ apiGroups: [group], resources, verbs: ["list"] }));
}

function role(
  kind: "Role" | "ClusterRole",
  name: string,
  namespace: string | undefined,
  rules: readonly PolicyRule[],
): string {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  return stringify(
    { apiVersion: "rbac.authorization.k8s.io/v1", kind, metadata, rules },
    { aliasDuplicateObjects: false },
  );
}
