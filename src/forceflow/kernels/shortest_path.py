"""Shortest path over a fixed network with some lines closed, guided by landmark distances.

The search is A*: nodes are taken in the order of their distance from the start plus a lower bound of what is left.
The bound comes from landmarks (ALT: Goldberg and Harrelson, "Computing the shortest path", SODA 2005): by the
triangle inequality no path from u to t is shorter than |d(L, t) - d(L, u)|.  Closing lines only makes paths longer, so
distances taken with fewer lines closed than the search has give a bound that holds, and the answer stays exact.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forceflow.kernels._jit import kernel

__all__ = ["distances_from", "shortest_path"]


@kernel
def _push(heap_key: NDArray[np.float64], heap_node: NDArray[np.int64], size: int, key: float, node: int) -> None:
    """Put (key, node) on a binary heap that holds `size` entries."""
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if heap_key[parent] <= key:
            break
        heap_key[at], heap_node[at] = heap_key[parent], heap_node[parent]
        at = parent
    heap_key[at], heap_node[at] = key, node


@kernel
def _pop(heap_key: NDArray[np.float64], heap_node: NDArray[np.int64], size: int) -> None:
    """Take the least entry off a binary heap of `size` entries (it stood at 0)."""
    last = size - 1
    key, node = heap_key[last], heap_node[last]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= last:
            break
        if child + 1 < last and heap_key[child + 1] < heap_key[child]:
            child += 1
        if heap_key[child] >= key:
            break
        heap_key[at], heap_node[at] = heap_key[child], heap_node[child]
        at = child
    heap_key[at], heap_node[at] = key, node


@kernel
def distances_from(
    start: int,
    first: NDArray[np.int64],
    neighbour: NDArray[np.int64],
    length_km: NDArray[np.float64],
    passages: NDArray[np.int64],
    closed: int,
) -> NDArray[np.float64]:
    """Length of the shortest path from `start` to every node that uses no closed passage, km; inf where there is none.

    Parameters
    ----------
    start
        Number of a node.
    first, neighbour, length_km
        The network: the lines of node u are ``first[u]:first[u + 1]``, each with the node it leads to and its length.
    passages
        Shape (lines,): bit p is set when the line goes through passage p.
    closed
        Bits of the closed passages.

    Returns
    -------
    ndarray
        Shape (nodes,), km.
    """
    distance = np.full(first.size - 1, np.inf)
    heap_key = np.empty(neighbour.size + 1)
    heap_node = np.empty(neighbour.size + 1, np.int64)
    heap_key[0], heap_node[0], size = 0.0, start, 1
    distance[start] = 0.0
    while size > 0:
        key, node = heap_key[0], heap_node[0]
        _pop(heap_key, heap_node, size)
        size -= 1
        if key > distance[node]:
            continue
        for line in range(first[node], first[node + 1]):
            reached = key + length_km[line]
            if not passages[line] & closed and reached < distance[neighbour[line]]:
                distance[neighbour[line]] = reached
                _push(heap_key, heap_node, size, reached, neighbour[line])
                size += 1
    return distance


@kernel
def shortest_path(
    start: int,
    stop: int,
    first: NDArray[np.int64],
    neighbour: NDArray[np.int64],
    length_km: NDArray[np.float64],
    passages: NDArray[np.int64],
    closed: int,
    landmark_km: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Lines of the shortest path from `start` to `stop` that uses no closed passage.

    Parameters
    ----------
    start, stop
        Numbers of two nodes.
    first, neighbour, length_km
        The network, as in `distances_from`.
    passages, closed
        Passages of each line and the closed ones, as in `distances_from`.
    landmark_km
        Shape (nodes, landmarks): distance of each node from each landmark with no passage closed but some of `closed`;
        0 where there is no way, never inf.

    Returns
    -------
    ndarray
        Numbers of the lines, from `start` to `stop`; ``[-1]`` when there is no way; empty when start is stop.
    """
    nodes, landmarks = landmark_km.shape
    distance = np.full(nodes, np.inf)
    bound = np.full(nodes, -1.0)
    arrived_by = np.full(nodes, -1, np.int64)
    came_from = np.full(nodes, -1, np.int64)
    done = np.zeros(nodes, np.bool_)
    heap_key = np.empty(neighbour.size + 1)
    heap_node = np.empty(neighbour.size + 1, np.int64)
    heap_key[0], heap_node[0], size = 0.0, start, 1
    distance[start] = 0.0
    while size > 0:
        node = heap_node[0]
        _pop(heap_key, heap_node, size)
        size -= 1
        if done[node]:
            continue
        done[node] = True
        if node == stop:
            break
        for line in range(first[node], first[node + 1]):
            onward = neighbour[line]
            if passages[line] & closed or done[onward]:
                continue
            reached = distance[node] + length_km[line]
            if reached < distance[onward]:
                if bound[onward] < 0.0:
                    best = 0.0
                    for mark in range(landmarks):
                        gap = abs(landmark_km[onward, mark] - landmark_km[stop, mark])
                        if gap > best:
                            best = gap
                    bound[onward] = best
                distance[onward] = reached
                arrived_by[onward] = line
                came_from[onward] = node
                _push(heap_key, heap_node, size, reached + bound[onward], onward)
                size += 1
    if not done[stop]:
        return np.full(1, -1, np.int64)
    count, node = 0, stop
    while node != start:
        count, node = count + 1, came_from[node]
    path = np.empty(count, np.int64)
    node = stop
    while node != start:
        count -= 1
        path[count], node = arrived_by[node], came_from[node]
    return path
