import { expect, test } from "vitest";
import { fixed } from "../../src/plan/assumptions.ts";
import type { Plan, Step } from "../../src/plan/plan.ts";
import { runbook } from "../../src/report/runbook.ts";
import { type ApiObject, clusterOf, deployment, node, nodes, object } from "../support/objects.ts";
import { drainOf, planOf, rehearse } from "../support/rehearse.ts";

/** What a person reads and pastes: every command on its own, for the system of its node. */

const named = (...names: readonly string[]) => ({ kind: "names", names }) as const;

/** A node that reports this system; kubeadm's own annotation on it. */
function machine(name: string, osImage: string, nodeInfo: ApiObject = {}): ApiObject {
  const made = node(name) as { metadata: object; status: { nodeInfo: object } };
  return {
    ...made,
    metadata: {
      ...made.metadata,
      annotations: { "kubeadm.alpha.kubernetes.io/cri-socket": "unix:///run/containerd/containerd.sock" },
    },
    status: { ...made.status, nodeInfo: { ...made.status.nodeInfo, osImage, ...nodeInfo } },
  };
}

const kubelet = (to: string, ...names: readonly string[]): Step => ({
  kind: "upgradeKubelet",
  name: "kubelet",
  nodes: named(...names),
  to,
});

function page(plan: Plan, ...objects: readonly (ApiObject | readonly ApiObject[])[]): string {
  const { trace, verdict } = rehearse(clusterOf(...objects), plan);
  return runbook(trace, verdict);
}

/** The lines of all blocks for a shell. */
function commandsIn(text: string): string[] {
  return [...text.matchAll(/```sh\n([^]*?)\n```/g)].flatMap(([, block = ""]) => block.split("\n"));
}

const upgraded = (osImage: string, nodeInfo?: ApiObject) =>
  page(planOf([kubelet("v1.34.3", "n1")]), machine("n1", osImage, nodeInfo));

test("apt: the minor's repository, packages held before and after", () => {
  expect(upgraded("Ubuntu 22.04.3 LTS").split("\n")).toEqual(
    expect.arrayContaining([
      "echo 'deb [signed-by=/etc/apt/keyrings/kubernetes-apt-keyring.gpg] https://pkgs.k8s.io/core:/stable:/v1.34/deb/ /' | sudo tee /etc/apt/sources.list.d/kubernetes.list",
      "sudo apt-mark unhold kubeadm",
      "sudo apt-get update && sudo apt-get install -y kubeadm='1.34.3-*'",
      "sudo apt-mark hold kubeadm",
      "sudo kubeadm upgrade node",
      "sudo apt-get update && sudo apt-get install -y kubelet='1.34.3-*' kubectl='1.34.3-*'",
    ]),
  );
});

test("dnf, dnf5, yum and zypper have repositories of the same address, and each its own flag", () => {
  const rocky = upgraded("Rocky Linux 9.3 (Blue Onyx)");
  expect(rocky).toContain("baseurl=https://pkgs.k8s.io/core:/stable:/v1.34/rpm/");
  expect(rocky).toContain("sudo dnf install -y kubeadm-'1.34.3-*' --disableexcludes=kubernetes");
  expect(upgraded("Fedora Linux 42")).toContain("--setopt=disable_excludes=kubernetes");
  expect(upgraded("Amazon Linux 2")).toContain("sudo yum install -y kubeadm-'1.34.3-*'");
  expect(upgraded("SUSE Linux Enterprise Server 15 SP5")).toContain(
    "sudo zypper install -y 'kubeadm=1.34.3'",
  );
});

test("a repository is changed once for each minor", () => {
  const text = upgraded("Debian GNU/Linux 12 (bookworm)");
  expect(text.split("sources.list.d").length).toBe(2);
});

test("a system without packages is named, and not given commands for another", () => {
  const flatcar = upgraded("Flatcar Container Linux by Kinvolk 3602.2.1 (Oklo)");
  expect(flatcar).toContain("Its system is Flatcar");
  expect(flatcar).not.toMatch(/apt-get|dnf|zypper/);
  expect(flatcar).toContain("sudo kubeadm upgrade node");
});

test("a system that is not in the input is said once, and gets apt's commands", () => {
  const text = page(planOf([kubelet("v1.34.3", "n1", "n2")]), nodes("n1", "n2"));
  expect(text.split("is not in the input").length).toBe(2);
  expect(text).toContain("apt-get");
});

test("versions that pkgs.k8s.io never had are not promised from there", () => {
  const old = page(
    planOf([kubelet("v1.23.17", "n1")]),
    machine("n1", "Ubuntu 20.04", { kubeletVersion: "v1.22.17" }),
  );
  expect(old).toContain("no packages before v1.24");
  expect(old).not.toContain("https://pkgs");
});

test("a Windows node is upgraded and restarted in PowerShell", () => {
  const steps: readonly Step[] = [
    kubelet("v1.34.3", "n1"),
    { kind: "reboot", name: "boot", nodes: named("n1"), duration: fixed(30_000) },
  ];
  const text = page(
    planOf(steps),
    machine("n1", "Windows Server 2022 Datacenter", { operatingSystem: "windows", architecture: "amd64" }),
  );
  expect(text).toContain("```powershell");
  expect(text).toContain("https://dl.k8s.io/v1.34.3/bin/windows/amd64/kubelet.exe");
  expect(text).toContain("Restart-Computer -Force");
  expect(text).not.toMatch(/sudo|apt/);
});

test("steps that name several nodes are typed on each of them", () => {
  const reboot: Step = { kind: "reboot", name: "boot", nodes: named("n1", "n2"), duration: fixed(30_000) };
  const text = page(planOf([reboot]), nodes("n1", "n2"));
  expect(text).toContain("On n1:\n\n```sh\nsudo systemctl reboot");
  expect(text).toContain("On n2:\n\n```sh\nsudo systemctl reboot");
});

test("a node that leaves: kubeadm's reset, its object, what the CNI keeps, and etcd's member on a control plane", () => {
  const leave = (name: string): Step => ({
    kind: "deleteNode",
    name: `delete-${name}`,
    nodes: named(name),
    duration: fixed(0),
  });
  const plane = (name: string) => {
    const made = machine(name, "Ubuntu 22.04") as { metadata: { labels: object } };
    const labels = { ...made.metadata.labels, "node-role.kubernetes.io/control-plane": "" };
    return { ...made, metadata: { ...made.metadata, labels } };
  };
  const calico = object("apps/v1", "DaemonSet", "kube-system/calico-node", {
    spec: {
      selector: { matchLabels: { app: "calico" } },
      template: {
        metadata: { labels: { app: "calico" } },
        spec: { containers: [{ name: "main", image: "calico" }] },
      },
    },
  });
  const text = page(
    planOf([leave("n1"), leave("cp-2")]),
    plane("cp-1"),
    plane("cp-2"),
    machine("n1", "Ubuntu"),
    calico,
  );
  const [worker = "", control = ""] = text.split("\n## ").filter((part) => /^\d+\. delete node/.test(part));
  expect(worker).toMatch(/kubeadm reset --force[^]*kubectl delete node n1\ncalicoctl delete node n1/);
  expect(worker).not.toContain("etcdctl");
  expect(control).toContain('member remove "$member"');
  expect(control).toContain("exec etcd-cp-1");
});

test("a node whose machine stays keeps kubeadm's files, and its object is written down", () => {
  const leave: Step = {
    kind: "deleteNode",
    name: "x",
    nodes: named("n1"),
    duration: fixed(0),
    machine: "stays",
  };
  const text = page(planOf([leave]), machine("n1", "Ubuntu 22.04"), nodes("n2"));
  expect(text).toContain("kubectl get node n1 -o yaml > n1-before.yaml\nkubectl delete node n1");
  expect(text).not.toContain("kubeadm reset");
});

test("a node that joins: the token, its packages, its labels, and what shows that it is of use", () => {
  const join: Step = {
    kind: "joinNode",
    name: "more",
    fromTemplate: "n1",
    node: "n9",
    count: 1,
    failureRate: 0,
  };
  const pattern = machine("n1", "Ubuntu 22.04", { kubeletVersion: "v1.33.4" }) as {
    metadata: { labels: object };
  };
  const text = page(planOf([join]), {
    ...pattern,
    metadata: { ...pattern.metadata, labels: { ...pattern.metadata.labels, pool: "main" } },
  });
  expect(text).toContain("sudo kubeadm token create --print-join-command");
  expect(text).toContain("sudo apt-get install -y kubeadm='1.33.4-*' kubelet='1.33.4-*'");
  expect(text).toMatch(/kubectl label nodes n9 --overwrite .*pool=main/);
  expect(text).toContain("kubectl wait --for=condition=Ready node/n9");
  expect(commandsIn(text).filter((line) => line.startsWith("#"))).toEqual([]);
});

test("what a plan reverts is written down before, and put back at the end, last first", () => {
  const steps: readonly Step[] = [
    {
      kind: "patch",
      name: "loosen",
      object: "shop/Deployment/web",
      set: { minReadySeconds: 3 },
      revert: true,
    },
    { kind: "scale", name: "more", workload: "shop/Deployment/web", by: 1, revert: true },
  ];
  const text = page(planOf(steps), nodes("n1"), deployment("shop/web", ["n1"]));
  const [first = "", second = ""] = text
    .split("\n## ")
    .filter((part) => part.includes("put back what was changed"))
    .slice(-2);
  expect(text).toContain("> loosen-before.json");
  expect(first).toMatch(/scale deployment web --replicas=\$\(\( .* - 1 \)\)/);
  expect(second).toContain("--patch-file loosen-before.json");
});

test("another drainer is not typed", () => {
  const text = page({ ...drainOf(["n1"]), drainer: "eks" }, nodes("n1", "n2"));
  expect(text).not.toContain("kubectl drain");
  expect(text).toContain("eks drains it by itself");
});

test("names are data: they end neither a code block nor a table", () => {
  const hook: Step = {
    kind: "hook",
    name: "odd",
    command: ["/bin/echo", "a|b", "```", "it's\n```"],
    duration: fixed(1_000),
    effect: "none",
    failureRate: 0,
    nodes: { kind: "current" },
  };
  const text = page(planOf([hook], { name: "odd | <b>name</b>" }), nodes("n1"));
  expect(text).toContain("# odd \\| \\<b\\>name\\</b\\>");
  expect(text).toContain("````sh\n/bin/echo 'a|b' '```' 'it'\\''s\n```'\n````");
});

test("no command holds a comment, and every block is closed", () => {
  const text = upgraded("Ubuntu 22.04.3 LTS");
  const fences = text.split("\n").filter((line) => line.startsWith("```"));
  expect(fences.length % 2).toBe(0);
  expect(commandsIn(text).length).toBeGreaterThan(5);
  expect(commandsIn(text).filter((line) => /(^|\s)# /.test(line))).toEqual([]);
});
