# syntax=docker/dockerfile:1
# The image of Outrigger: Node and one bundle, no shell, no package manager, not root. docker build -t outrigger .
ARG BUILD_IMAGE=docker.io/library/node:24-bookworm-slim
ARG BASE_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /source
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY LICENSE ./
COPY scripts ./scripts
COPY templates ./templates
COPY src ./src
RUN node scripts/build-image-root.mjs /image

FROM ${BASE_IMAGE}
LABEL org.opencontainers.image.title="outrigger" \
      org.opencontainers.image.description="A sidecar injector for Kubernetes that takes Istio's templates, annotations and labels" \
      org.opencontainers.image.licenses="Apache-2.0"
# Root's, so that the process can't change its own code.
COPY --from=build /image /outrigger
ENV NODE_ENV=production
# By number: the kubelet can only check that a numeric user is not root.
USER 65532:65532
EXPOSE 15017 15014
# Reviews leave little behind, so the space for new objects needn't be large: 40 MB less than Node would take.
ENTRYPOINT ["/nodejs/bin/node", "--max-semi-space-size=4", "/outrigger/main.mjs"]
CMD ["serve"]
