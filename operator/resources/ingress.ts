import type { ChatApp } from '../api/chatapp.ts';
import type { KubeObject } from '../kube/object.ts';
import { childMetadata, namesOf } from './metadata.ts';

/**
 * How the chat is reached by its name: everything below its path goes to the frontends as it is, and they pass /api and /ws on.
 * Nothing that only some controllers can do is asked of any.
 */
export function ingresses(chat: ChatApp): KubeObject[] {
  const { mode, host, path, className, annotations, tls } = chat.spec.ingress;
  if (mode !== 'Ingress' || host === undefined) return [];
  const { frontend: name } = namesOf(chat);
  const service = { name, port: { number: chat.spec.frontend.service.port } };
  const issuer = tls?.issuerRef;
  const issued = issuer && {
    [`cert-manager.io/${issuer.kind === 'Issuer' ? 'issuer' : 'cluster-issuer'}`]: issuer.name,
  };
  const all = { ...annotations, ...issued };
  return [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        ...childMetadata(chat, 'frontend', name),
        ...(Object.keys(all).length > 0 && { annotations: all }),
      },
      spec: {
        ...(className !== undefined && { ingressClassName: className }),
        rules: [{ host, http: { paths: [{ path, pathType: 'Prefix', backend: { service } }] } }],
        ...(tls && { tls: [{ hosts: [host], secretName: tls.secretName }] }),
      },
    } as KubeObject,
  ];
}

/** The same with the Gateway API. */
export function httpRoutes(chat: ChatApp): KubeObject[] {
  const { mode, host, path, gateway, annotations } = chat.spec.ingress;
  if (mode !== 'Gateway' || host === undefined || gateway === undefined) return [];
  const { frontend: name } = namesOf(chat);
  return [
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { ...childMetadata(chat, 'frontend', name), ...(annotations && { annotations }) },
      spec: {
        parentRefs: [{ ...gateway }],
        hostnames: [host],
        rules: [
          {
            // The whole host is what a rule without matches means.
            ...(path !== '/' && { matches: [{ path: { type: 'PathPrefix', value: path } }] }),
            backendRefs: [{ name, port: chat.spec.frontend.service.port }],
          },
        ],
      },
    } as KubeObject,
  ];
}

/** The same ChatApp under another path. */
export function atPath(chat: ChatApp, path: string): ChatApp {
  return { ...chat, spec: { ...chat.spec, ingress: { ...chat.spec.ingress, path } } };
}
