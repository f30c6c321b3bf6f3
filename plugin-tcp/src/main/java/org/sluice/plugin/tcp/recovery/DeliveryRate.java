package org.sluice.plugin.tcp.recovery;

/**
 * How fast payload is delivered, sampled once per acknowledgement (draft-cheng-iccrg-delivery-rate-estimation). A
 * sample spans one flight: from the delivery that preceded the sending of the youngest delivered segment to now. It is
 * the slower of the rates of sending and of acknowledging, so that bursts of acknowledgements do not inflate it.
 *
 * <p>Calls per acknowledgement: {@link #begin}, those of {@link SentSegments}, {@link #end}.
 */
public final class DeliveryRate {
  private static final double US_PER_SECOND = 1e6;

  private long deliveredBytes;
  private long deliveredUs;
  private long flightStartUs;
  private long appLimitedUntil;

  private long nowUs;
  private boolean sampled;
  private long priorDelivered;
  private long priorUs;
  private long sendElapsedUs;
  private boolean sampleAppLimited;

  private long bytesPerSecond;
  private boolean appLimited;

  /** Nothing is sent or delivered yet. */
  public DeliveryRate() {}

  /** Forgets everything, for another connection. */
  public void reset() {
    deliveredBytes = 0;
    deliveredUs = 0;
    flightStartUs = 0;
    appLimitedUntil = 0;
    sampled = false;
    bytesPerSecond = 0;
    appLimited = false;
  }

  /**
   * A segment was sent, for the first time or again; after {@link SentSegments#append} or {@link
   * SentSegments#resent}.
   *
   * @param segments the records
   * @param position which
   * @param flightBytesBefore what was in flight before it
   */
  public void onSent(SentSegments segments, int position, long flightBytesBefore) {
    int slot = segments.slot(position);
    if (flightBytesBefore == 0) {
      flightStartUs = segments.lastSentUs[slot];
      deliveredUs = flightStartUs;
    }
    segments.flightStartUsAtSend[slot] = flightStartUs;
    segments.deliveredUsAtSend[slot] = deliveredUs;
    segments.deliveredAtSend[slot] = deliveredBytes;
    if (appLimitedUntil != 0) {
      segments.flags[slot] |= SentSegments.APP_LIMITED;
    } else {
      segments.flags[slot] &= ~SentSegments.APP_LIMITED;
    }
  }

  /**
   * The application has nothing to send though the window would allow it: what is in flight makes samples that say how
   * fast the application is, not the path.
   *
   * @param flightBytes what is in flight
   */
  public void onAppLimited(long flightBytes) {
    appLimitedUntil = Math.max(1, deliveredBytes + flightBytes);
  }

  /**
   * An acknowledgement is going to be looked at.
   *
   * @param now the turn's time, microseconds
   */
  public void begin(long now) {
    nowUs = now;
    sampled = false;
  }

  void onDelivered(SentSegments segments, int slot, int length) {
    deliveredBytes += length;
    deliveredUs = nowUs;
    if (!sampled || segments.deliveredAtSend[slot] >= priorDelivered) {
      sampled = true;
      priorDelivered = segments.deliveredAtSend[slot];
      priorUs = segments.deliveredUsAtSend[slot];
      sampleAppLimited = (segments.flags[slot] & SentSegments.APP_LIMITED) != 0;
      sendElapsedUs = segments.lastSentUs[slot] - segments.flightStartUsAtSend[slot];
      flightStartUs = segments.lastSentUs[slot];
    }
  }

  void onPartlyDelivered(int bytes) {
    deliveredBytes += bytes;
    deliveredUs = nowUs;
  }

  /**
   * The acknowledgement was looked at.
   *
   * @param minRttUs the smallest round trip seen: what is sampled over less time is taken for an artefact
   * @return true when there is a new sample
   */
  public boolean end(long minRttUs) {
    if (appLimitedUntil != 0 && deliveredBytes > appLimitedUntil) {
      appLimitedUntil = 0;
    }
    if (!sampled) {
      return false;
    }
    long intervalUs = Math.max(sendElapsedUs, nowUs - priorUs);
    if (intervalUs <= 0 || intervalUs < minRttUs) {
      return false;
    }
    bytesPerSecond = (long) ((deliveredBytes - priorDelivered) * US_PER_SECOND / intervalUs);
    appLimited = sampleAppLimited;
    return true;
  }

  /** The last sample, bytes per second; 0 before the first. */
  public long bytesPerSecond() {
    return bytesPerSecond;
  }

  /** Whether the application limited the last sample. */
  public boolean isAppLimited() {
    return appLimited;
  }
}
