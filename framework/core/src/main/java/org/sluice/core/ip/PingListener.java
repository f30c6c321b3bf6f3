package org.sluice.core.ip;

/** Told what becomes of a ping's requests. Called on worker 0; must not block. */
public interface PingListener {

  /**
   * An answer came, the first to this request.
   *
   * @param sequence which request, from 0
   * @param bytes of the ICMP message
   * @param hops hops left to it
   * @param rttNs since the request was sent
   */
  void onReply(int sequence, int bytes, int hops, long rttNs);

  /**
   * A request could not be sent, or its next hop did not answer.
   *
   * @param sequence which request
   * @param why in words
   */
  void onFailure(int sequence, String why);

  /**
   * Asked before each request.
   *
   * @return true when nobody wants to know any more: the ping ends
   */
  boolean isCancelled();
}
