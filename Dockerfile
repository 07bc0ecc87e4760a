# One image for web, worker, beat and migrations; docker-compose.yml says which is which.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 UV_SYSTEM_PYTHON=1 SEALROOM_HOME=/home/sealroom/state
WORKDIR /app

COPY requirements/uv.txt requirements/run.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
    && uv pip install --no-cache --compile-bytecode --require-hashes -r requirements/run.txt

COPY . .
RUN python tools/messages.py \
    && useradd --system --uid 10001 --create-home sealroom \
    && install -d -m 0700 -o sealroom -g sealroom "$SEALROOM_HOME" "$SEALROOM_HOME/keys"

USER sealroom
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "1", \
     "--blocking-threads", "16", "--no-ws", "--no-access-log", "--log-level", "warning", "config.wsgi:application"]
