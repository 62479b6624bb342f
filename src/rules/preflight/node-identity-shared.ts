import { groupBy } from "../../lib/order.ts";
import type { Node } from "../../model/node.ts";
import { counted, listed } from "../../lib/counted.ts";
import { definePreflightRule, type FindingDraft } from "../rule.ts";

interface Identity {
  readonly what: string;
  readonly of: (node: Node) => string;
  /** What comes of two nodes that share it. */
  readonly consequence: string;
}

/** What kubeadm and the network want to be unique, the machine itself aside. Source: kubernetes.io, Installing kubeadm. */
const identities: readonly Identity[] = [
  {
    what: "InternalIP",
    of: ({ internalIP }) => internalIP,
    consequence: "Traffic for pods, kubelets and metrics of one may go to the other.",
  },
  {
    what: "providerID",
    of: ({ providerID }) => providerID,
    consequence:
      "A cloud controller takes them for one machine: it may delete both Node objects when that one is gone.",
  },
  {
    what: "machine id",
    of: ({ info }) => info.machineID,
    consequence:
      "Clones of one image? DHCP servers and network plug-ins that go by it may give them one address; kubeadm wants it unique.",
  },
  {
    what: "system UUID",
    of: ({ info }) => info.systemUUID,
    consequence:
      "Clones of one machine? kubeadm wants it unique, and cloud and storage drivers may go by it.",
  },
];

/**
 * Nodes that share what each should have for itself. A shared boot id is none of these: then they are one machine, as
 * where nodes are containers, and what restarts one restarts all.
 */
export const nodeIdentityShared = definePreflightRule({
  id: "node-identity-shared",
  severity: "warning",
  title: "Nodes share what identifies a machine",
  check: ({ cluster }) => {
    const nodes = cluster.objects.Node;
    const kernels = shared(nodes, ({ info }) => info.bootID);
    const together = new Set(kernels.flat());
    return [
      ...kernels.map(oneMachine),
      ...identities.flatMap(({ what, of, consequence }) =>
        shared(nodes, of)
          .filter((group) => !group.every((node) => together.has(node)))
          .map((group) => finding(what, of(group[0]!), group, consequence)),
      ),
    ];
  },
});

/** Groups of nodes with one value, in the order of the cluster. */
function shared(nodes: readonly Node[], of: (node: Node) => string): readonly (readonly Node[])[] {
  const told = nodes.filter((node) => isTold(of(node)));
  return [...groupBy(told, (node) => of(node).toLowerCase()).values()].filter(({ length }) => length > 1);
}

/** Whether it says anything: collectors of support data black such fields out, one like the other. */
function isTold(value: string): boolean {
  return value !== "" && !/^[xX*0.-]+$/.test(value) && !/\*{3}|hidden|redacted|removed/i.test(value);
}

function finding(what: string, value: string, group: readonly Node[], consequence: string): FindingDraft {
  const names = group.map(({ name }) => name);
  return {
    subject: names.length === 2 ? names.join(" and ") : counted(names.length, "node"),
    weight: 180 + Math.min(20, names.length),
    message: `${listed(names)} have one ${what}`,
    details: [`${what} ${value}. ${consequence}`],
    data: { what, nodes: names },
  };
}

function oneMachine(group: readonly Node[]): FindingDraft {
  const names = group.map(({ name }) => name);
  return {
    subject: names.length === 2 ? names.join(" and ") : counted(names.length, "node"),
    severity: "info",
    weight: 60,
    message: `${listed(names)} run on one kernel (one boot id): what restarts the machine of one restarts all`,
    details: ["So it is where nodes are containers of one machine, as with kind, k3d or minikube."],
    data: { what: "boot id", nodes: names },
  };
}
