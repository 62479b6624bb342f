import { describe, expect, test } from "vitest";
import { flagValue } from "../../src/model/flags.ts";
import { inputCluster, inputs } from "../support/inputs.ts";
import { ofCluster } from "../support/preflight.ts";

const year = 365 * 86_400_000;

describe.skipIf(inputs === undefined)("certificates of real clusters", () => {
  test("bundles are read: fine when they were taken, over five years later", () => {
    const cluster = inputCluster("clusters/openshift-must-gather/ocp-aws.json");
    expect(ofCluster(cluster, "certificate-expires")).toEqual([]);
    const services = cluster.objects.APIService.filter(({ caExpiresAt }) => caExpiresAt !== undefined);
    expect(services).toHaveLength(9);
    const later = { ...cluster, asOf: cluster.asOf + 5 * year };
    expect(ofCluster(later, "certificate-expires").length).toBeGreaterThanOrEqual(9);
  });

  test.each(["sonobuoy-quick-no-failures", "sonobuoy-testResultsOutput"])(
    "%s: its controller manager signs with kubeadm's key, so that kubelets rotate",
    (file) => {
      const cluster = inputCluster(`clusters/sonobuoy/${file}.json`);
      const manager = "kube-controller-manager";
      expect(flagValue(cluster, manager, "cluster-signing-key-file")).toEqual({
        value: "/etc/kubernetes/pki/ca.key",
        origin: "flag",
        detail: `flag of ${manager} on kind-control-plane`,
      });
      expect(flagValue(cluster, manager, "node-monitor-grace-period")).toBeUndefined();
      expect(ofCluster(cluster, "kubelet-not-rotating")).toEqual([]);
    },
  );
});
