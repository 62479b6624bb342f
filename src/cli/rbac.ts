import { stringify } from "yaml";
import { type PolicyRule, type Rights, rightsToRun } from "../adapter/rights.ts";
import { liveConfigMaps, liveResources } from "../adapter/live-resources.ts";
import { groupBy } from "../lib/order.ts";
import { InputError } from "./input-error.ts";
import { planIn } from "./plan-file.ts";

export interface RbacCommand {
  readonly for: "snapshot" | "execute";
  /** With what reads kubeadm's ConfigMaps. */
  readonly withConfig: boolean;
}

/** `seatrial rbac`: the least Role and ClusterRole for reading a cluster, or for carrying a plan out on it. */
export function rbac(path: string | undefined, command: RbacCommand): number {
  if (command.withConfig && command.for === "execute")
    throw new InputError("--with-config goes with --for snapshot: a run reads no ConfigMaps");
  const reading = readRules();
  const { cluster, namespaced }: Rights =
    command.for === "snapshot"
      ? { cluster: [], namespaced: command.withConfig ? { "kube-system": [configRule] } : {} }
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
  const byGroup = groupBy(liveResources, ({ group }) => group);
  return [...byGroup].map(([group, resources]) => ({
    apiGroups: [group],
    resources: resources.map(({ plural }) => plural),
    verbs: ["list"],
  }));
}

/** A list of what has one name is allowed where that name is. Source: k8s.io/apiserver pkg/endpoints/request/requestinfo.go. */
const configRule: PolicyRule = {
  apiGroups: [""],
  resources: ["configmaps"],
  resourceNames: liveConfigMaps,
  verbs: ["list"],
};

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
