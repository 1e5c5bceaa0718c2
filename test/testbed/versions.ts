/** The versions that the test bed is made of. The Go modules in `go/` are pinned by their own go.mod and go.sum. */
export const versions = {
  /** Kubernetes. Not 1.35 or newer: its kubelet refuses hosts whose control groups are version 1. */
  kubernetes: 'v1.34.4',
  kind: 'v0.30.0',
  ollama: '0.17.4',
  /** For the bench. */
  lighthouse: '12.8.2',
  /** The images that are used where a registry answers (kind itself names the image of its nodes). */
  images: {
    nodeJs: 'gcr.io/distroless/nodejs24-debian12:nonroot',
    redis: 'redis:7.4-alpine',
    ollama: 'ollama/ollama:0.17.4',
  },
} as const;
