import { isSystemPath } from "../../facts/local-data.ts";
import { keyOf } from "../../model/meta.ts";
import type { Pod, PodVolume } from "../../model/pod.ts";
import { isByKubectl } from "../by-kubectl.ts";
import { landingNodes, replacedPods } from "../drained-pods.ts";
import { counted, listed } from "../../lib/counted.ts";
import { verb } from "../phrases.ts";
import { byWorkload, nodesOf } from "../pod-groups.ts";
import { boundVolumes } from "../possible-nodes.ts";
import { definePreflightRule, type Preflight } from "../rule.ts";

/**
 * A pod that keeps data in a directory of its node and may start elsewhere: there it finds an empty directory, or
 * what somebody else left. kubectl does not ask about it: hostPath does not count as local storage.
 * Source: kubernetes/kubectl pkg/drain/filters.go (localStorageFilter); facts/drain.json.
 */
export const hostpathLeftBehind = definePreflightRule({
  id: "hostpath-left-behind",
  severity: "warning",
  title: "A pod may start on another node without its hostPath data",
  check: (preflight) => {
    const found = replacedPods(preflight).filter(
      (pod) => dataPaths(preflight, pod).length > 0 && elsewhere(preflight, pod) > 0,
    );
    return byWorkload(preflight.index, found).map(({ subject, pods }) => {
      const paths = dataPaths(preflight, pods[0]!);
      const nodes = nodesOf(pods);
      return {
        subject,
        weight: 190 + pods.length,
        message: `${counted(pods.length, "pod")} ${verb(pods.length, "mounts", "mount")} ${listed(paths)} of ${listed(nodes)} (hostPath) and may start elsewhere, without what is there`,
        details: [
          `${listed(pods.map(keyOf))}: ${counted(elsewhere(preflight, pods[0]!), "other node")} could take it.`,
          ...(isByKubectl(preflight)
            ? ["kubectl does not count hostPath as local storage: it asks for no flag."]
            : []),
        ],
        data: { workload: subject, pods: pods.map(keyOf), paths, nodes },
      };
    });
  },
});

/** Its directories on the node, mounted directly or through a PersistentVolume that does not say which node it is on. */
function dataPaths({ cluster }: Preflight, pod: Pod): readonly string[] {
  const direct = pod.spec.volumes.filter(isDirectory).map(({ path }) => path);
  const claimed = boundVolumes(cluster, pod)
    .filter(({ source, nodeTerms }) => source.type === "hostPath" && !nodeTerms)
    .map(({ source }) => source.handle);
  return [...direct, ...claimed].filter((path) => !isSystemPath(path));
}

type HostPath = Extract<PodVolume, { readonly type: "hostPath" }>;

/** Sockets and devices hold no data. */
function isDirectory(volume: PodVolume): volume is HostPath {
  return (
    volume.type === "hostPath" && !/Socket|Device$/.test(volume.pathType) && !volume.path.endsWith(".sock")
  );
}

function elsewhere(preflight: Preflight, pod: Pod): number {
  return landingNodes(preflight, pod).length;
}
