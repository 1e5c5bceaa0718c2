# The operator. Context: dist/, after `npm run build`:
#   docker build -f config/images/operator.Dockerfile -t chatapp/operator dist
# BASE: any image with Node.js 24 at /nodejs/bin/node.
ARG BASE=gcr.io/distroless/nodejs24-debian12:nonroot
FROM ${BASE}
WORKDIR /app
COPY operator/ ./
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "main.js"]
