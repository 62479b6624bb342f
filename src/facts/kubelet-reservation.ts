/**
 * What a kubelet keeps back of a node's capacity by itself. Source: facts/timing.json, kubelet.evictionHardLinux
 * (memory.available 100Mi), kubeReserved and systemReserved (none by default).
 */
export const kubeletReservation = { evictionBytes: 100 * 2 ** 20 } as const;
