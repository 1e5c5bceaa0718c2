import { GROUP, KIND, PLURAL, VERSION } from './group.ts';
import { openApiSchema } from './schema.ts';
import { specSchema } from './spec.ts';
import { statusSchema } from './status.ts';

const column = (name: string, jsonPath: string, more: { type?: string; priority?: number } = {}) => ({
  name,
  type: 'string',
  jsonPath,
  ...more,
});

/** What `kubectl get chat` shows; priority 1 only with `-o wide`. */
const columns = [
  column('Ready', '.status.conditions[?(@.type=="Ready")].status'),
  column('Phase', '.status.phase'),
  column('Backend', '.status.backend.summary'),
  column('Models', '.status.modelsSummary'),
  column('URL', '.status.url'),
  column('Age', '.metadata.creationTimestamp', { type: 'date' }),
  column('Image', '.status.image', { priority: 1 }),
  column('Ollama', '.status.ollama.summary', { priority: 1 }),
  column('Message', '.status.conditions[?(@.type=="Ready")].message', { priority: 1 }),
];

/** The CustomResourceDefinition of ChatApp. */
export function customResourceDefinition() {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${PLURAL}.${GROUP}` },
    spec: {
      group: GROUP,
      names: {
        kind: KIND,
        listKind: `${KIND}List`,
        plural: PLURAL,
        singular: 'chatapp',
        shortNames: ['chat'],
        categories: ['all'],
      },
      scope: 'Namespaced',
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          additionalPrinterColumns: columns,
          subresources: {
            status: {},
            scale: {
              specReplicasPath: '.spec.backend.replicas',
              statusReplicasPath: '.status.backend.replicas',
              labelSelectorPath: '.status.selector',
            },
          },
          schema: {
            openAPIV3Schema: {
              description: 'A whole chat: people and a model, in the browser, on this cluster.',
              type: 'object',
              required: ['spec'],
              properties: {
                apiVersion: { type: 'string' },
                kind: { type: 'string' },
                metadata: { type: 'object' },
                spec: { ...openApiSchema(specSchema), description: 'What the chat should be.' },
                status: { ...openApiSchema(statusSchema), description: 'What the chat is.' },
              },
              'x-kubernetes-validations': [
                {
                  rule: "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$') && size(self.metadata.name) <= 50",
                  message:
                    'the name of a ChatApp has at most 50 lower case letters, digits and dashes, and begins with a letter: parts of the chat are called after it',
                },
              ],
            },
          },
        },
      ],
    },
  };
}
