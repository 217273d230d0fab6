package ledger;

import java.util.concurrent.CountDownLatch;
import org.apache.kafka.streams.KafkaStreams;

/** The ledger of billing as a Kafka Streams application; configured by the environment. */
public final class Main {
  public static void main(String[] words) throws InterruptedException {
    var streams = new KafkaStreams(LedgerTopology.build(), Settings.fromEnvironment());
    var ended = new CountDownLatch(1);
    streams.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
            ended.countDown();
          }
        });
    Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
    streams.start();
    ended.await();
    // Only an error brings us here: at a signal, the hook runs and this thread is not asked.
    Runtime.getRuntime().halt(70);
  }

  private Main() {}
}
