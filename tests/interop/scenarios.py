"""Goes through what a device's client does with paho-mqtt, against an endpoint: each QoS, retained messages, wills, stored
sessions. Arguments: transport (tcp, tls, ws or wss), port, protocol version (4 or 5), file of the trusted certificate.
Prints a line per scenario; ends with 0 only when all went as they must."""
import queue
import socket
import struct
import sys

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

transport, port, version, authority = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
WAIT = 20


class Client:
    """A connected client whose events can be waited for."""

    def __init__(self, name, clean=True, will=None):
        carrier = "websockets" if transport in ("ws", "wss") else "tcp"
        arguments = {"client_id": name, "protocol": version, "transport": carrier}
        if version == mqtt.MQTTv311:
            arguments["clean_session"] = clean
        if hasattr(mqtt, "CallbackAPIVersion"):
            arguments["callback_api_version"] = mqtt.CallbackAPIVersion.VERSION1
        self.paho = mqtt.Client(**arguments)
        if carrier == "websockets":
            self.paho.ws_set_options(path="/mqtt")
        if transport in ("tls", "wss"):
            self.paho.tls_set(ca_certs=authority)
        self.inbox, self.subscribed, self.connected = queue.Queue(), queue.Queue(), queue.Queue()
        self.paho.on_message = lambda c, u, m: self.inbox.put(m)
        self.paho.on_subscribe = lambda *a: self.subscribed.put(1)
        self.paho.on_connect = lambda c, u, flags, rc, *rest: self.connected.put(flags)
        if will:
            self.paho.will_set(*will[:2], qos=will[2], retain=will[3])
        more = {}
        if version == mqtt.MQTTv5:
            more["clean_start"] = clean
            if not clean:
                more["properties"] = Properties(PacketTypes.CONNECT)
                more["properties"].SessionExpiryInterval = 600
        self.paho.connect("localhost", port, keepalive=60, **more)
        self.paho.loop_start()
        self.session_present = self.connected.get(timeout=WAIT)["session present"]

    def subscribe(self, topic, qos):
        self.paho.subscribe(topic, qos=qos)
        self.subscribed.get(timeout=WAIT)

    def publish(self, topic, payload, qos, retain=False):
        info = self.paho.publish(topic, payload, qos=qos, retain=retain)
        info.wait_for_publish()

    def receive(self):
        return self.inbox.get(timeout=WAIT)

    def close(self):
        self.paho.disconnect()
        self.paho.loop_stop()

    def break_off(self):
        """The network goes: no DISCONNECT."""
        carrier = self.paho.socket()
        inner = getattr(carrier, "_socket", carrier)
        inner.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.paho.loop_stop()
        carrier.close()


def check(holds, what):
    if not holds:
        sys.exit(f"{what} did not hold")


def each_qos(place):
    subscriber, publisher = Client(place + "-s"), Client(place + "-p")
    for given in (0, 1, 2):
        for asked in (0, 1, 2):
            topic = f"{place}/{given}{asked}"
            subscriber.subscribe(topic, asked)
            publisher.publish(topic, "x" * (1 + 9000 * given), given)
            message = subscriber.receive()
            check((message.topic, message.qos, len(message.payload)) == (topic, min(given, asked), 1 + 9000 * given), topic)
    subscriber.close()
    publisher.close()


def retained(place):
    publisher = Client(place + "-p")
    for text in ("first", "second"):
        publisher.publish(place, text, 1, retain=True)
    late = Client(place + "-late")
    late.subscribe(place, 1)
    message = late.receive()
    check((message.payload, message.retain) == (b"second", True), "retained")
    publisher.publish(place, b"", 1, retain=True)
    check(late.receive().payload == b"", "clearing")
    later = Client(place + "-later")
    later.subscribe(place + "/#", 1)
    later.publish(place + "/now", "now", 1)
    check(later.receive().payload == b"now", "nothing retained any more")
    for client in (publisher, late, later):
        client.close()


def will(place):
    watcher = Client(place + "-w")
    watcher.subscribe(place, 2)
    Client(place + "-polite", will=(place, "never", 1, False)).close()
    Client(place + "-lost", will=(place, "lost", 2, False)).break_off()
    message = watcher.receive()
    check((message.payload, message.qos) == (b"lost", 2), f"the will of the lost one only, not {message.payload}")
    watcher.close()


def session(place):
    first = Client(place, clean=False)
    check(not first.session_present, "a new session")
    first.subscribe(place, 2)
    first.close()
    publisher = Client(place + "-p")
    for i in range(30):
        publisher.publish(place, str(i), 1 + i % 2)
    again = Client(place, clean=False)
    check(again.session_present, "the stored session")
    waited = [again.receive() for _ in range(30)]
    for qos in (1, 2):
        # Order is kept among messages of one QoS: those of QoS 2 are handed on only when they are released.
        texts = [m.payload.decode() for m in waited if m.qos == qos]
        check(texts == [str(i) for i in range(30) if 1 + i % 2 == qos], f"what waited in order, not {texts}")
    again.close()
    Client(place, clean=True).close()
    last = Client(place, clean=False)
    check(not last.session_present, "a cleaned session")
    last.close()
    publisher.close()


for number, scenario in enumerate((each_qos, retained, will, session)):
    scenario(f"py/{transport}/{version}/{number}")
    print(scenario.__name__)
