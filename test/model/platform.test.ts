import { describe, expect, test } from "vitest";
import { platforms } from "../../src/facts/platforms.ts";
import { platformOf } from "../../src/model/platform.ts";
import { type ApiObject, clusterOf, node } from "../support/objects.ts";
import { snapshot } from "../support/rehearse.ts";

/** A node with these marks, which is otherwise like any other. */
function marked(labels: Record<string, string>, annotations: Record<string, string> = {}): ApiObject {
  const made = node("n1", { labels });
  return { ...made, metadata: { ...(made["metadata"] as ApiObject), annotations } };
}

const named = (version: string) =>
  snapshot(JSON.stringify({ apiVersion: "v1", kind: "List", items: [node("n1")] }), { version });

describe("what made a cluster", () => {
  test.each(
    Object.entries(platforms).flatMap(([name, { marks }]) => marks.map((mark) => [name, mark] as const)),
  )("%s is known by %s, as a label and as an annotation", (name, mark) => {
    expect(platformOf(clusterOf(marked({ [mark]: "x" })))).toMatchObject({ name });
    expect(platformOf(clusterOf(marked({}, { [mark]: "x" })))).toMatchObject({
      name,
      toldBy: `${mark} on node n1`,
    });
  });

  test.each([
    ["v1.33.3-eks-3abbec1", "eks"],
    ["v1.33.4-gke.1036000", "gke"],
    ["v1.31.2+k3s1", "k3s"],
    ["v1.31.2+rke2r1", "rke2"],
    ["v1.31.2+k0s.0", "k0s"],
    ["v1.33.1-aliyun.1", "ack"],
  ])("%s is a version of %s", (version, name) => {
    expect(platformOf(named(version))).toMatchObject({ name });
  });

  test.each(["v1.33.3", "v1.33.3-rc.1", "v1.33.3-eksd", "v1.33.3+gke.1"])(
    "near miss: %s tells nothing",
    (version) => {
      expect(platformOf(named(version))).toBeUndefined();
    },
  );

  test("a provider's mark counts for more than kubeadm's, and who runs the control plane follows from it", () => {
    const both = { "eks.amazonaws.com/nodegroup": "x", "kubeadm.alpha.kubernetes.io/cri-socket": "x" };
    expect(platformOf(clusterOf(marked({}, both)))).toMatchObject({ name: "eks", controlPlane: "provider" });
    const kubeadm = { "kubeadm.alpha.kubernetes.io/cri-socket": "x" };
    expect(platformOf(clusterOf(marked({}, kubeadm)))).toMatchObject({
      name: "kubeadm",
      controlPlane: "nodes",
    });
  });
});
