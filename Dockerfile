# Two stages: wheels are built where there are compilers, and run where there are none.
FROM python:3.12-slim-bookworm AS build
WORKDIR /src
COPY requirements.lock pyproject.toml README.md LICENSE ./
COPY bot ./bot
RUN python -m venv /opt/countersign \
 && /opt/countersign/bin/pip install --no-cache-dir --require-hashes -r requirements.lock \
 && /opt/countersign/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim-bookworm
# merge-tree --write-tree needs Git 2.38 or newer; bookworm has 2.39.
RUN apt-get update \
 && apt-get install -y --no-install-recommends git ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /var/lib/countersign --create-home countersign
COPY --from=build /opt/countersign /opt/countersign
USER countersign
WORKDIR /var/lib/countersign
ENV PATH=/opt/countersign/bin:$PATH PYTHONUNBUFFERED=1
VOLUME /var/lib/countersign
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["countersign"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080", "--data", "/var/lib/countersign"]
