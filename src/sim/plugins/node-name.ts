import { type FilterPlugin, status } from "./plugin.ts";

const name = "NodeName";
const mismatch = status(name, "UnschedulableAndUnresolvable", "node(s) didn't match the requested node name");

/** Rejects all nodes but the one that the pod names in `spec.nodeName`. Source: nodename/node_name.go. */
export const nodeName = {
  name,
  filterScope: "node",
  filter({ pod: { pod } }, _state, node) {
    return pod.nodeName === "" || pod.nodeName === node.name ? undefined : mismatch;
  },
} satisfies FilterPlugin;
