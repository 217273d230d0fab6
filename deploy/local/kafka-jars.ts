import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, fillOnce } from './cache.ts'
import { runMaven } from './maven.ts'

export const KAFKA_VERSION = '4.1.1'
/** The broker's jars, and those of the command-line tools that operators use. */
const FOLDER = `kafka-${KAFKA_VERSION}-with-tools`

/** Whether the jars are there, so that Maven is not needed. */
export const hasKafkaJars = (): boolean => existsSync(cacheFolder(FOLDER))

/** The folder with the jars of the broker; Maven brings them once (43 MB). */
export const kafkaJars = async (signal?: AbortSignal): Promise<string> => {
  const folder = cacheFolder(FOLDER)
  await fillOnce(folder, (temporary) => download(temporary, signal))
  return folder
}

const download = async (folder: string, signal?: AbortSignal): Promise<void> => {
  await Bun.write(join(folder, 'pom.xml'), POM)
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'
  const words = [goal, '-DincludeScope=runtime', `-DoutputDirectory=${folder}`]
  await runMaven({ folder, words, what: `bring Apache Kafka ${KAFKA_VERSION}`, signal })
}

/**
 * The logging binding is not among Kafka's own dependencies: distributions add it. The tools need
 * nothing beside the broker's; the rest of what they name is Kafka Connect's web server.
 */
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>kafka-jars</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka-tools</artifactId>
      <version>${KAFKA_VERSION}</version>
      <exclusions>
        <exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion>
      </exclusions>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>2.24.3</version>
    </dependency>
  </dependencies>
</project>
`
