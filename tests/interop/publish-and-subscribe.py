"""Publishes and receives through the endpoint with paho; exits with 0 only when everything came."""
import sys
import threading

import paho.mqtt.client as mqtt

port, version = int(sys.argv[1]), int(sys.argv[2])
received = []
done = threading.Event()


def on_message(client, userdata, message):
    received.append(f"{message.topic}={message.payload.decode()}")
    if len(received) == 3:
        done.set()


arguments = {"client_id": f"paho-{version}", "protocol": version}
if hasattr(mqtt, "CallbackAPIVersion"):
    arguments["callback_api_version"] = mqtt.CallbackAPIVersion.VERSION2
client = mqtt.Client(**arguments)
subscribed = threading.Event()
client.on_message = on_message
client.on_subscribe = lambda *_: subscribed.set()
client.connect("127.0.0.1", port)
client.loop_start()
client.subscribe("interop/#", qos=2)
if not subscribed.wait(20):
    sys.exit("no SUBACK")
for qos in (0, 1, 2):
    client.publish("interop/py", f"q{qos}", qos=qos).wait_for_publish()
if not done.wait(20):
    sys.exit(f"only {received}")
client.disconnect()
client.loop_stop()
print(" ".join(sorted(received)))
