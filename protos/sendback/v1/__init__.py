"""The messages and services of Sendback's API, generated from the proto files in this folder.

Import the module of the file you need: `from sendback.v1 import portal_service_pb2, portal_service_pb2_grpc`.
"""
