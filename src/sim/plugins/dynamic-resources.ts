import { type FilterPlugin, skip, status } from "./plugin.ts";

const name = "DynamicResources";

/** What its PostFilter says of a pod without claims, before preemption has its turn. */
export const nothingToDeallocate = status(name, "Unschedulable", "no new claims to deallocate");

/** What its PostFilter says where PreFilter ended before it: it misses its own notes, and preemption is not reached. */
export const stateNotFound = status(name, "Error", "not found");

/**
 * Resource claims are not modelled: no pod has any. What is left of the plugin is its part in messages.
 * Source: dynamicresources/dynamicresources.go.
 */
export const dynamicResources = {
  name,
  filterScope: "never",
  preFilter: () => skip,
  filter: () => undefined,
} satisfies FilterPlugin;
