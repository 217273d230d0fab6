# Stands in for the image apache/kafka where no registry can be reached. The build context is a folder with the
# jars of the broker; BASE is a Debian root file system. The scripts lie where that image has them.
ARG BASE
FROM ${BASE}
RUN apt-get update -qq \
 && apt-get install -qq -y --no-install-recommends openjdk-17-jre-headless >/dev/null \
 && rm -rf /var/lib/apt/lists/*
COPY *.jar /opt/kafka/libs/
RUN mkdir -p /opt/kafka/bin /opt/kafka/config \
 && printf '%s\n' \
      'status=warn' 'rootLogger.level=warn' 'rootLogger.appenderRef.console.ref=console' \
      'appender.console.type=Console' 'appender.console.name=console' \
      'appender.console.layout.type=PatternLayout' 'appender.console.layout.pattern=%d %p %c: %m%n' \
      > /opt/kafka/config/log4j2.properties \
 && for tool in kafka-storage:kafka.tools.StorageTool kafka-server-start:kafka.Kafka \
      kafka-topics:org.apache.kafka.tools.TopicCommand kafka-acls:org.apache.kafka.tools.AclCommand \
      kafka-console-consumer:org.apache.kafka.tools.consumer.ConsoleConsumer \
      kafka-console-producer:org.apache.kafka.tools.ConsoleProducer kafka-configs:kafka.admin.ConfigCommand \
      kafka-consumer-groups:org.apache.kafka.tools.consumer.group.ConsumerGroupCommand; do \
      printf '#!/bin/sh\nexec java ${KAFKA_HEAP_OPTS:--Xmx512m} -Dlog4j2.configurationFile=/opt/kafka/config/log4j2.properties -cp "/opt/kafka/libs/*" %s "$@"\n' "${tool#*:}" \
        > "/opt/kafka/bin/${tool%%:*}.sh"; \
    done \
 && chmod 0755 /opt/kafka/bin/*.sh \
 && useradd --uid 1000 --no-create-home appuser
USER 1000
CMD ["/opt/kafka/bin/kafka-server-start.sh", "/opt/kafka/config/server.properties"]
