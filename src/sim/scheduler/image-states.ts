import type { Node } from "../../model/node.ts";
import type { NodeInfo } from "./node-info.ts";

/** An image that some node has. Its size is what the first node said, until no node has it any more. */
export interface KnownImage {
  readonly sizeBytes: number;
  readonly nodes: Set<NodeInfo>;
}

/** The images on all nodes, by name. Source: pkg/scheduler/backend/cache/cache.go, addNodeImageStates. */
export class ImageStates {
  readonly #byName = new Map<string, KnownImage>();
  /** Grows with every change: what was derived from the images before is void. */
  version = 0;

  get(name: string): KnownImage | undefined {
    return this.#byName.get(name);
  }

  add(node: NodeInfo, { images }: Node): void {
    if (images.length > 0) this.version++;
    for (const { names, sizeBytes } of images)
      for (const name of names) {
        const known = this.#byName.get(name);
        if (known) known.nodes.add(node);
        else this.#byName.set(name, { sizeBytes, nodes: new Set([node]) });
      }
  }

  remove(node: NodeInfo, { images }: Node): void {
    if (images.length > 0) this.version++;
    for (const { names } of images)
      for (const name of names) {
        const known = this.#byName.get(name);
        if (known?.nodes.delete(node) && known.nodes.size === 0) this.#byName.delete(name);
      }
  }
}
