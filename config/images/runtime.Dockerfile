# Backend, frontend, puller and agent in one: the first argument is the role. Context: dist/, after `npm run build`:
#   docker build -f config/images/runtime.Dockerfile -t chatapp/runtime dist
# BASE: any image with Node.js 24 at /nodejs/bin/node.
ARG BASE=gcr.io/distroless/nodejs24-debian12:nonroot
FROM ${BASE}
WORKDIR /app
COPY runtime/ ./
COPY ui/ ./ui/
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "main.js"]
