import type { z } from "zod";
import { clusterApiMarks } from "../facts/cluster-api.ts";
import type {
  ClusterApiObjects,
  KubeadmControlPlane,
  Machine,
  MachineDeployment,
} from "../model/cluster-api.ts";
import { labelValue } from "../model/meta.ts";
import * as schema from "./schema/cluster-api.ts";
import type { metadata } from "./schema/meta.ts";

/** The objects of Cluster API that are read: those by which machines are replaced. */
const schemas = {
  KubeadmControlPlane: { group: "controlplane.cluster.x-k8s.io", schema: schema.kubeadmControlPlane },
  MachineDeployment: { group: "cluster.x-k8s.io", schema: schema.machineDeployment },
  Machine: { group: "cluster.x-k8s.io", schema: schema.machine },
} as const;

type ClusterApiKind = keyof typeof schemas;

/** Whether an object is one of these, in any version of its group. */
export function clusterApiKind(apiVersion: string, kind: string): ClusterApiKind | undefined {
  if (!Object.hasOwn(schemas, kind)) return undefined;
  const known = kind as ClusterApiKind;
  return apiVersion.startsWith(`${schemas[known].group}/`) ? known : undefined;
}

type Meta = Pick<z.output<typeof metadata>, "name" | "namespace" | "labels">;

/** Collects what these objects tell of the clusters that they are of. */
export class ClusterApiReader {
  readonly #controlPlanes: KubeadmControlPlane[] = [];
  readonly #machineDeployments: MachineDeployment[] = [];
  readonly #machines: Machine[] = [];

  /** Takes an object of one of these kinds; what is wrong with it, where something is. */
  take(kind: ClusterApiKind, value: unknown, meta: Meta): z.ZodError | undefined {
    const { namespace, name, labels } = meta;
    const own = {
      namespace,
      name,
      cluster: labelValue(labels, clusterApiMarks.clusterName) ?? "",
      isOfTopology: Object.hasOwn(labels, clusterApiMarks.ofTopology),
    };
    if (kind === "Machine") {
      const read = schemas.Machine.schema.safeParse(value);
      if (!read.success) return read.error;
      this.#machines.push({ ...read.data, namespace, cluster: own.cluster });
    } else if (kind === "MachineDeployment") {
      const read = schemas.MachineDeployment.schema.safeParse(value);
      if (!read.success) return read.error;
      this.#machineDeployments.push({ ...own, ...read.data });
    } else {
      const read = schemas.KubeadmControlPlane.schema.safeParse(value);
      if (!read.success) return read.error;
      this.#controlPlanes.push({ ...own, ...read.data });
    }
    return undefined;
  }

  /** Undefined where there was none. */
  get objects(): ClusterApiObjects | undefined {
    const [controlPlanes, machineDeployments, machines] = [
      this.#controlPlanes,
      this.#machineDeployments,
      this.#machines,
    ];
    if (controlPlanes.length + machineDeployments.length + machines.length === 0) return undefined;
    return { controlPlanes, machineDeployments, machines };
  }
}
