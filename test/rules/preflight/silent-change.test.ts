import { describe, expect, test } from "vitest";
import { nodeLabels, podAnnotations, serviceAnnotations } from "../../../src/facts/old-names.ts";
import { removedKubeletFlags } from "../../../src/facts/behaviour-changes.ts";
import { type ApiObject, object, pod } from "../../support/objects.ts";
import { byKubeadm, clusterAt, findingsAt, nodeAt } from "../../support/versions.ts";

const rule = "silent-change";

/** What is said of these objects on a node of that minor, besides flags that cannot be seen. */
function said(minor: number, made: readonly ApiObject[], to?: number) {
  const cluster = clusterAt(`v1.${minor}.0`, nodeAt("node-1", `v1.${minor}.0`), ...made);
  return findingsAt(cluster, rule, to === undefined ? undefined : `v1.${to}.0`)
    .filter(({ subject }) => subject !== "kubelet-flags")
    .map(({ severity, subject, data }) => [severity, subject, data["minor"]]);
}

function template(annotations: ApiObject, spec: ApiObject = {}): ApiObject {
  return object("apps/v1", "Deployment", "shop/web", {
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" }, annotations },
        spec: { containers: [{ name: "main", image: "web:1" }], ...spec },
      },
    },
  });
}

describe("annotations that are not heeded any more", () => {
  const keyOf = ({ key, isPrefix }: { key: string; isPrefix?: true }) => (isPrefix ? `${key}main` : key);
  const going = podAnnotations.flatMap((name) =>
    name.ignored === undefined ? [] : [{ ...name, ignored: name.ignored }],
  );

  test.each(going)("pods: $key until 1.$ignored", (name) => {
    const made = [template({ [keyOf(name)]: "x" })];
    expect(said(name.ignored - 2, made, name.ignored - 1)).toEqual([]);
    expect(said(name.ignored - 1, made, name.ignored)).toEqual([["warning", name.key, `1.${name.ignored}`]]);
    expect(said(name.ignored, made)).toEqual([["warning", name.key, `1.${name.ignored}`]]);
  });

  test("near miss: the field that took over says it as well", () => {
    const seccomp = { "seccomp.security.alpha.kubernetes.io/pod": "runtime/default" };
    const profile = { seccompProfile: { type: "RuntimeDefault" } };
    expect(said(26, [template(seccomp, { securityContext: profile })], 27)).toEqual([]);
    const containers = [{ name: "main", image: "web:1", securityContext: profile }];
    expect(said(26, [template(seccomp, { containers })], 27)).toEqual([]);
    expect(said(26, [template(seccomp, { securityContext: {} })], 27)).toHaveLength(1);
    const critical = { "scheduler.alpha.kubernetes.io/critical-pod": "" };
    expect(said(15, [template(critical, { priorityClassName: "system-node-critical" })], 16)).toEqual([]);
  });

  test("Services: unready pods lose their names", () => {
    const { key } = serviceAnnotations[0]!;
    const service = (spec: ApiObject) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "db", namespace: "shop", annotations: { [key]: "true" } },
      spec,
    });
    expect(said(23, [service({})], 24)).toEqual([["warning", key, "1.24"]]);
    expect(said(22, [service({})], 23)).toEqual([]);
    expect(said(23, [service({ publishNotReadyAddresses: true })], 24)).toEqual([]);
  });
});

describe("what is deprecated and goes on is told with a target only", () => {
  test.each(nodeLabels)("$key in a selector", ({ key }) => {
    const made = [template({}, { nodeSelector: { [key]: "x" } })];
    expect(said(30, made)).toEqual([]);
    expect(said(30, made, 31)).toEqual([["info", key, "1.31"]]);
  });

  test("also in affinity, spreading and volumes; not the labels that took over", () => {
    const [key, instead] = ["failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"];
    const spread = (topologyKey: string) => ({
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey, whenUnsatisfiable: "DoNotSchedule" }],
    });
    const away = (topologyKey: string) => ({
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey, labelSelector: { matchLabels: { app: "web" } } },
          ],
        },
      },
    });
    const volume = (label: string) =>
      object("v1", "PersistentVolume", "data", {
        spec: {
          accessModes: ["ReadWriteOnce"],
          capacity: { storage: "1Gi" },
          hostPath: { path: "/data" },
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: label, operator: "In", values: ["a"] }] }],
            },
          },
        },
      });
    for (const [old, young] of [
      [template({}, spread(key)), template({}, spread(instead))],
      [template({}, away(key)), template({}, away(instead))],
      [volume(key), volume(instead)],
    ] as const) {
      expect(said(30, [old], 31)).toEqual([["info", key, "1.31"]]);
      expect(said(30, [young], 31)).toEqual([]);
    }
  });

  test("external addresses of Services, manifests of Endpoints, classes of Ingresses", () => {
    const service = object("v1", "Service", "shop/db", { spec: { externalIPs: ["192.0.2.1"] } });
    expect(said(34, [service], 35)).toEqual([]);
    expect(said(35, [service], 36)).toEqual([["info", "Service spec.externalIPs", "1.36"]]);
    const endpoints = {
      apiVersion: "v1",
      kind: "Endpoints",
      metadata: { name: "db", namespace: "shop" },
      subsets: [],
    };
    expect(said(32, [endpoints], 33)).toEqual([["info", "Endpoints v1", "1.33"]]);
    expect(said(32, [object("v1", "Endpoints", "shop/db", { subsets: [] })], 33)).toEqual([]);
    const ingress = {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "web", namespace: "shop", annotations: { "kubernetes.io/ingress.class": "nginx" } },
    };
    expect(said(32, [ingress], 33)).toEqual([["info", "kubernetes.io/ingress.class", "1.33"]]);
  });
});

describe("what components do differently", () => {
  test("exec probes end at their time-out from 1.20 on", () => {
    const probing = (probe: ApiObject) =>
      template({}, { containers: [{ name: "main", image: "web:1", livenessProbe: probe }] });
    const exec = { command: ["check"] };
    expect(said(19, [probing({ exec })], 20)).toEqual([["warning", "exec-probes", "1.20"]]);
    expect(said(18, [probing({ exec })], 19)).toEqual([]);
    expect(said(20, [probing({ exec })], 21)).toEqual([]);
    expect(said(19, [probing({ exec, timeoutSeconds: 5 })], 20)).toEqual([]);
    // Whether it is yet to come is not known where the version is not.
    const unknown = { ...clusterAt("v1.19.0", nodeAt("node-1", ""), probing({ exec })), version: "" };
    expect(findingsAt(unknown, rule, "v1.36.0")).toEqual([]);
    expect(said(19, [probing({ httpGet: { port: 80 } })], 20)).toEqual([]);
  });

  test("a time zone in a schedule: a manifest is refused, what is there goes on", () => {
    const cronJob = (schedule: string, metadata: ApiObject = {}) => ({
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: "report", namespace: "shop", ...metadata },
      spec: {
        schedule,
        jobTemplate: { spec: { template: { spec: { containers: [{ name: "main", image: "report:1" }] } } } },
      },
    });
    const subject = "shop/CronJob/report";
    expect(said(28, [cronJob("CRON_TZ=Europe/Berlin 0 6 * * *")], 29)).toEqual([["error", subject, "1.29"]]);
    expect(
      said(28, [cronJob("TZ=UTC 0 6 * * *", { creationTimestamp: "2024-01-01T00:00:00Z" })], 29),
    ).toEqual([["warning", subject, "1.29"]]);
    expect(said(27, [cronJob("TZ=UTC 0 6 * * *")], 28)).toEqual([]);
    expect(said(28, [cronJob("0 6 * * *")], 29)).toEqual([]);
  });

  test("templates of CronJobs are looked at as others are", () => {
    const made = object("batch/v1", "CronJob", "shop/report", {
      spec: {
        schedule: "0 6 * * *",
        jobTemplate: {
          spec: {
            template: {
              metadata: { annotations: { "seccomp.security.alpha.kubernetes.io/pod": "runtime/default" } },
              spec: { containers: [{ name: "main", image: "report:1" }] },
            },
          },
        },
      },
    });
    const cluster = clusterAt("v1.26.0", nodeAt("node-1", "v1.26.0"), made);
    expect(findingsAt(cluster, rule, "v1.27.0")[0]!.data["users"]).toEqual(["shop/CronJob/report"]);
  });

  test("load balancers and the role of control-plane nodes, from 1.21 on", () => {
    const label = "node.kubernetes.io/exclude-from-external-load-balancers";
    const role = { "node-role.kubernetes.io/master": "" };
    const balanced = object("v1", "Service", "shop/web", { spec: { type: "LoadBalancer" } });
    const at = (node: ApiObject, ...more: readonly ApiObject[]) =>
      findingsAt(clusterAt("v1.20.0", node, ...more), rule, "v1.21.0").map(({ severity, subject }) => [
        severity,
        subject,
      ]);
    const plain = nodeAt("cp-1", "v1.20.0", { labels: role });
    expect(at(plain, balanced)).toEqual([["warning", label]]);
    expect(at(byKubeadm(plain), balanced)).toEqual([["info", label]]);
    expect(at(plain)).toEqual([]);
    expect(at(nodeAt("cp-1", "v1.20.0", { labels: { ...role, [label]: "" } }), balanced)).toEqual([]);
  });

  test("nodes of a cloud without its controllers", () => {
    const on = (providerID: string) => {
      const made = nodeAt("cp-1", "v1.26.0", { labels: { "node-role.kubernetes.io/control-plane": "" } });
      return { ...made, spec: { providerID } };
    };
    const controller = (image: string) =>
      pod("kube-system/ccm", "cp-1", { spec: { containers: [{ name: "main", image }] } });
    const aws = on("aws:///eu-west-1a/i-1");
    const other = controller("registry.example.com/web:1");
    expect(said(26, [aws, other], 27)).toEqual([["warning", "cloud-provider/AWS", "1.27"]]);
    expect(said(27, [aws, other], 28)).toEqual([]);
    expect(said(26, [on("kind://docker/x"), other], 27)).toEqual([]);
    for (const image of [
      "registry.k8s.io/provider-aws/cloud-controller-manager:v1.26.0",
      "docker.io/hetzner/x-ccm:1",
    ])
      expect(said(26, [aws, controller(image)], 27)).toEqual([]);
    expect(said(28, [on("gce://project/zone/vm"), other], 29)).toEqual([
      ["warning", "cloud-provider/GCE", "1.29"],
    ]);
  });
});

describe("flags of kubelets cannot be seen", () => {
  const flags = (kubelet: number, own: number, to: number) =>
    findingsAt(clusterAt(`v1.${own}.0`, nodeAt("node-1", `v1.${kubelet}.0`)), rule, `v1.${to}.0`).flatMap(
      ({ subject, data }) =>
        subject === "kubelet-flags"
          ? (data["flags"] as readonly { flag: string }[]).map(({ flag }) => flag)
          : [],
    );

  test("a platform that starts its kubelets itself has no files of kubeadm's", () => {
    const hint = (kubelet: string) =>
      findingsAt(clusterAt("v1.34.0", nodeAt("node-1", kubelet)), rule, "v1.35.0").find(
        ({ subject }) => subject === "kubelet-flags",
      )!.details[0];
    expect(hint("v1.34.0")).toMatch(/^On each node: grep /);
    expect(hint("v1.34.0+k3s1")).toMatch(/^k3s starts its kubelets itself: /);
  });

  test.each(removedKubeletFlags)("$flag until 1.$removed", ({ flag, removed }) => {
    expect(flags(removed - 1, removed - 1, removed)).toContain(flag);
    expect(flags(removed - 2, removed - 2, removed - 1)).not.toContain(flag);
    expect(flags(removed, removed, removed + 1)).not.toContain(flag);
    // A kubelet that stayed behind has it yet to come.
    expect(flags(removed - 1, removed, removed + 1)).toContain(flag);
  });
});
