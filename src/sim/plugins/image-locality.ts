import { schedulerConstants } from "../../facts/scheduler.ts";
import type { PodSpec } from "../../model/pod.ts";
import type { SchedulerBehaviour } from "../../facts/scheduler.ts";
import type { Cycle, ImageState, ScorePlugin } from "./plugin.ts";

const name = "ImageLocality";
const { imageMinThresholdBytes: least, imageMaxContainerThresholdBytes: mostPerContainer } =
  schedulerConstants;

/** The image as nodes name it: with `:latest` where it has no tag. Nothing else is made of it. */
export function normalizedImageName(image: string): string {
  return image.lastIndexOf(":") <= image.lastIndexOf("/") ? `${image}:latest` : image;
}

/** The images of a pod, one for each container that uses it, and by how many containers the score is divided. */
export function imagesOf(
  spec: PodSpec,
  behaviour: SchedulerBehaviour,
): { readonly images: readonly string[]; readonly containers: number } {
  const containers =
    behaviour.imageSources === "containers" ? spec.containers : [...spec.initContainers, ...spec.containers];
  const images = containers.map(({ image }) => image);
  if (behaviour.imageSources === "with-volumes")
    for (const volume of spec.volumes) if (volume.type === "image") images.push(volume.reference);
  return { images: images.map(normalizedImageName), containers: containers.length };
}

/** The image's size, scaled by the share of nodes that have it. */
export function scaledImageBytes(image: ImageState, nodes: number): number {
  return Math.trunc(image.sizeBytes * (image.nodes.size / nodes));
}

/** 0 … 100 for the sum of the images that a node has. Source: imagelocality/image_locality.go, calculatePriority. */
export function imageScore(sumBytes: number, containers: number): number {
  const most = mostPerContainer * containers;
  const sum = sumBytes < least ? least : Math.min(sumBytes, most);
  return Math.trunc((100 * (sum - least)) / (most - least));
}

/** Images of the pod that any node has, in the order of its containers. */
export interface ImageLocalityState {
  readonly images: readonly ImageState[];
  readonly containers: number;
}

function preScore({ pod, view, behaviour }: Cycle): { readonly state: ImageLocalityState } {
  const { images, containers } = imagesOf(pod.pod.spec, behaviour);
  const known = images.map((image) => view.image(image)).filter((image) => image !== undefined);
  return { state: { images: known, containers } };
}

/** Prefers nodes that have the pod's images. Source: imagelocality/image_locality.go. */
export const imageLocality = {
  name,
  scoreScope: "domains",
  preScore,
  score({ view }, { images, containers }, node) {
    let sum = 0;
    for (const image of images) if (image.nodes.has(node)) sum += scaledImageBytes(image, view.nodes.length);
    return imageScore(sum, containers);
  },
} satisfies ScorePlugin<ImageLocalityState>;
