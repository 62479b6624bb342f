import { imageScore, imagesOf, scaledImageBytes } from "../plugins/image-locality.ts";
import type { SchedulerBehaviour } from "../../facts/scheduler.ts";
import type { PodSpec } from "../../model/pod.ts";
import type { SchedulerCache } from "./cache.ts";
import { grown } from "./topology-index.ts";

/** ImageLocality's scores for one class, by slot. Most images are on few nodes: only those are gone through. */
export class ImageColumn {
  #scores = new Int32Array(0);
  readonly #images: readonly string[];
  readonly #containers: number;
  #touched: number[] = [];
  #imagesVersion = -1;
  #orderVersion = -1;

  constructor(spec: PodSpec, behaviour: SchedulerBehaviour) {
    const { images, containers } = imagesOf(spec, behaviour);
    this.#images = images;
    this.#containers = containers;
  }

  /** The scores as they are now; undefined where all are 0. */
  scores(cache: SchedulerCache): Int32Array | undefined {
    if (this.#imagesVersion !== cache.images.version || this.#orderVersion !== cache.orderVersion)
      this.#compute(cache);
    return this.#touched.length === 0 ? undefined : this.#scores;
  }

  #compute(cache: SchedulerCache): void {
    this.#imagesVersion = cache.images.version;
    this.#orderVersion = cache.orderVersion;
    for (const slot of this.#touched) if (slot < this.#scores.length) this.#scores[slot] = 0;
    this.#touched = [];
    const sums = new Map<number, number>();
    for (const name of this.#images) {
      const image = cache.image(name);
      if (!image) continue;
      const bytes = scaledImageBytes(image, cache.nodes.length);
      for (const { slot } of image.nodes) sums.set(slot, (sums.get(slot) ?? 0) + bytes);
    }
    if (sums.size > 0 && this.#scores.length < cache.slots.length)
      this.#scores = grown(this.#scores, cache.slots.length, 0);
    for (const [slot, bytes] of sums) {
      this.#scores[slot] = imageScore(bytes, this.#containers);
      this.#touched.push(slot);
    }
  }
}
