import type { ChatApp } from '../api/chatapp.ts';
import { childName } from '../api/names.ts';
import { labels, type Component } from '../api/labels.ts';
import { ownerReferenceTo, type ObjectMeta } from '../kube/object.ts';

/** Metadata of a child: it belongs to the ChatApp and goes with it. */
export function childMetadata(chat: ChatApp, component: Component, name: string): ObjectMeta {
  const { namespace } = chat.metadata;
  const all = { ...chat.spec.commonLabels, ...labels(chat.metadata.name, component) };
  return { name, namespace, labels: all, ownerReferences: [ownerReferenceTo(chat)] };
}

/** Names of the children, in one place because they refer to one another. */
export function namesOf(chat: ChatApp) {
  const name = (part: string) => childName(chat.metadata.name, part);
  return {
    secret: name('secret'),
    reports: name('reports'),
    rollout: name('rollout'),
    puller: name('puller'),
    redis: name('redis'),
    ollama: name('ollama'),
    backend: name('backend'),
    frontend: name('frontend'),
    frontendMetrics: name('frontend-metrics'),
  };
}

/** Name inside the cluster of a Service of the chat. */
export function serviceHost(chat: ChatApp, service: string): string {
  return `${service}.${chat.metadata.namespace}.svc`;
}
