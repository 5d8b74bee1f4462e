"""Shortest paths over a fixed network with some lines closed, and over a grid of water cells.

The search is A*: nodes are taken in the order of their distance from the start plus a lower bound of what is left.
The bound comes from landmarks (ALT: Goldberg and Harrelson, "Computing the shortest path", SODA 2005): by the
triangle inequality no path from u to t is shorter than |d(L, t) - d(L, u)|.  Closing lines only makes paths longer, so
distances taken with fewer lines closed than the search has give a bound that holds, and the answer stays exact.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel

__all__ = ["distances_from", "grid_path", "shortest_path"]


@kernel
def _push_entry(
    heap_key: NDArray[np.float64], heap_node: NDArray[np.int64], size: int, key: float, node: int
) -> None:
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
def _pop_least(heap_key: NDArray[np.float64], heap_node: NDArray[np.int64], size: int) -> None:
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
        _pop_least(heap_key, heap_node, size)
        size -= 1
        if key > distance[node]:
            continue
        for line in range(first[node], first[node + 1]):
            reached = key + length_km[line]
            if not passages[line] & closed and reached < distance[neighbour[line]]:
                distance[neighbour[line]] = reached
                _push_entry(heap_key, heap_node, size, reached, neighbour[line])
                size += 1
    return distance


@kernel
def shortest_path(
    starts: NDArray[np.int64],
    start_km: NDArray[np.float64],
    stops: NDArray[np.int64],
    stop_km: NDArray[np.float64],
    first: NDArray[np.int64],
    neighbour: NDArray[np.int64],
    length_km: NDArray[np.float64],
    passages: NDArray[np.int64],
    closed: int,
    landmark_km: NDArray[np.float64],
) -> NDArray[np.int64]:
    """The shortest path from any of the starts to any of the stops that uses no closed passage.

    Parameters
    ----------
    starts, start_km
        Numbers of the nodes the path may begin at, none twice, and the way to each, km.
    stops, stop_km
        The same of the nodes it may end at.
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
        The node it begins at, then the numbers of the lines in order; ``[-1]`` when there is no way.
    """
    nodes, landmarks = landmark_km.shape
    left_km = np.full(nodes, np.inf)  # from a stop to the end
    # What is left from u is at least `near - d(L, u)` and at least `d(L, u) - far`, by the triangle inequality.
    near, far = np.full(landmarks, np.inf), np.full(landmarks, -np.inf)
    for i in range(stops.size):
        left_km[stops[i]] = stop_km[i]
        for mark in range(landmarks):
            near[mark] = min(near[mark], landmark_km[stops[i], mark] + stop_km[i])
            far[mark] = max(far[mark], landmark_km[stops[i], mark] - stop_km[i])
    distance = np.full(nodes, np.inf)
    bound = np.full(nodes, -1.0)
    arrived_by = np.full(nodes, -1, np.int64)
    came_from = np.full(nodes, -1, np.int64)
    done = np.zeros(nodes, np.bool_)
    heap_key = np.empty(neighbour.size + starts.size + 1)
    heap_node = np.empty(neighbour.size + starts.size + 1, np.int64)
    size, last, whole = 0, -1, np.inf
    for i in range(starts.size):
        distance[starts[i]] = start_km[i]
        bound[starts[i]] = _least_left(starts[i], landmark_km, near, far)
        _push_entry(heap_key, heap_node, size, start_km[i] + bound[starts[i]], starts[i])
        size += 1
    while size > 0 and heap_key[0] < whole:
        node = heap_node[0]
        _pop_least(heap_key, heap_node, size)
        size -= 1
        if done[node]:
            continue
        done[node] = True
        if distance[node] + left_km[node] < whole:
            last, whole = node, distance[node] + left_km[node]
        for line in range(first[node], first[node + 1]):
            onward = neighbour[line]
            if passages[line] & closed or done[onward]:
                continue
            reached = distance[node] + length_km[line]
            if reached < distance[onward]:
                # The bound of a node never changes, so it is worked out once.
                if bound[onward] < 0.0:
                    bound[onward] = _least_left(onward, landmark_km, near, far)
                distance[onward], arrived_by[onward], came_from[onward] = reached, line, node
                _push_entry(heap_key, heap_node, size, reached + bound[onward], onward)
                size += 1
    return _path_to(last, arrived_by, came_from)


@kernel
def _least_left(
    node: int, landmark_km: NDArray[np.float64], near: NDArray[np.float64], far: NDArray[np.float64]
) -> float:
    """A lower bound of the way from a node to the end, km."""
    best = 0.0
    for mark in range(near.size):
        known = landmark_km[node, mark]
        if near[mark] - known > best:
            best = near[mark] - known
        if known - far[mark] > best:
            best = known - far[mark]
    return best


@kernel
def _path_to(
    last: int, arrived_by: NDArray[np.int64], came_from: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The first node and the lines of the path that ends at a node; ``[-1]`` when that is -1."""
    if last < 0:
        return np.full(1, -1, np.int64)
    count, node = 0, last
    while came_from[node] >= 0:
        count, node = count + 1, came_from[node]
    path = np.empty(count + 1, np.int64)
    path[0], node = node, last
    while came_from[node] >= 0:
        path[count], node = arrived_by[node], came_from[node]
        count -= 1
    return path


_NEAR = [(-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1)]
_FAR = [(-1, -2), (-1, 2), (1, -2), (1, 2), (-2, -1), (-2, 1), (2, -1), (2, 1)]
_MOVES = np.array([*_NEAR, *_FAR], np.int64)
"""Moves on a grid, rows and columns: to the 8 neighbours, and 8 moves of two cells one way and one the other."""

_KM_PER_DEGREE = 111.195
_NEVER_TOO_LONG = 0.99
"""Factor on the great circle to the end, so that rounding never makes it more than what is left."""


@kernel
def grid_path(
    water: NDArray[np.bool_],
    corner: tuple[float, float],
    step: float,
    starts: NDArray[np.int64],
    start_km: NDArray[np.float64],
    stop_km: NDArray[np.float64],
    goal: tuple[float, float],
    gates: NDArray[np.float64],
) -> NDArray[np.int64]:
    """The shortest path over water cells that crosses no gate, by A* with moves to 16 neighbours.

    Parameters
    ----------
    water
        Shape (rows, columns), rows from south to north; the two outermost on each side must be False.
    corner, step
        Longitude and latitude of the middle of cell (0, 0), and the size of a cell, degrees.
    starts, start_km
        Numbers of the cells it may begin at (row times columns plus column), and the way to each, km.
    stop_km
        Shape (rows * columns,): the way from each cell to the end, km; inf where it may not stop.
    goal
        Longitude and latitude of the end, degrees.
    gates
        Shape (gates, 4): longitude and latitude of both ends of each closed gate, degrees.

    Returns
    -------
    ndarray
        Numbers of the cells in order; empty when there is no path.
    """
    rows, columns = water.shape
    distance = np.full(rows * columns, np.inf)
    came_from = np.full(rows * columns, -1, np.int64)
    done = np.zeros(rows * columns, np.bool_)
    heap_key = np.empty(rows * columns * 4 + starts.size + 1)
    heap_node = np.empty(rows * columns * 4 + starts.size + 1, np.int64)
    size, last, whole = 0, -1, np.inf
    for i in range(starts.size):
        distance[starts[i]] = start_km[i]
        _push_entry(heap_key, heap_node, size, start_km[i], starts[i])
        size += 1
    while size > 0 and heap_key[0] < whole:
        node = heap_node[0]
        _pop_least(heap_key, heap_node, size)
        size -= 1
        if done[node]:
            continue
        done[node] = True
        if distance[node] + stop_km[node] < whole:
            last, whole = node, distance[node] + stop_km[node]
        row, column = node // columns, node % columns
        lat = corner[1] + row * step
        for move in range(_MOVES.shape[0]):
            down, right = _MOVES[move, 0], _MOVES[move, 1]
            onward = (row + down) * columns + column + right
            if done[onward] or not _is_clear(water, row, column, down, right):
                continue
            # Degrees of longitude shrink with latitude; that of the middle of the move counts.
            wide = right * np.cos(np.radians(lat + 0.5 * down * step))
            reached = distance[node] + _KM_PER_DEGREE * step * np.sqrt(wide * wide + down * down)
            if reached >= distance[onward]:
                continue
            lon = corner[0] + column * step
            there = (lon + right * step, lat + down * step)
            if _crosses_a_gate((lon, lat), there, gates):
                continue
            distance[onward], came_from[onward] = reached, node
            if size + 1 >= heap_key.size:  # never on a real coast: make room
                heap_key = np.concatenate((heap_key, np.empty(size)))
                heap_node = np.concatenate((heap_node, np.empty(size, np.int64)))
            _push_entry(
                heap_key,
                heap_node,
                size,
                reached + _NEVER_TOO_LONG * _great_circle_km(there, goal),
                onward,
            )
            size += 1
    return _cells_to(last, came_from)


@kernel
def _is_clear(water: NDArray[np.bool_], row: int, column: int, down: int, right: int) -> bool:
    """Whether a move from a water cell stays on water: where it ends, and what it passes between."""
    if not water[row + down, column + right]:
        return False
    if abs(down) + abs(right) == 3:  # a long move passes over two cells
        if abs(down) == 2:
            return bool(water[row + down // 2, column] and water[row + down // 2, column + right])
        return bool(water[row, column + right // 2] and water[row + down, column + right // 2])
    return bool(down == 0 or right == 0 or water[row + down, column] or water[row, column + right])


@kernel
def _crosses_a_gate(
    a: tuple[float, float], b: tuple[float, float], gates: NDArray[np.float64]
) -> bool:
    """Whether the line from a to b crosses one of the gates; touching it counts."""
    ax, ay = a
    bx, by = b
    move_x, move_y = bx - ax, by - ay
    for i in range(gates.shape[0]):
        x0, y0, x1, y1 = gates[i]
        gate_x, gate_y = x1 - x0, y1 - y0
        of_a = gate_x * (ay - y0) - gate_y * (ax - x0)
        of_b = gate_x * (by - y0) - gate_y * (bx - x0)
        of_0 = move_x * (y0 - ay) - move_y * (x0 - ax)
        of_1 = move_x * (y1 - ay) - move_y * (x1 - ax)
        if of_a * of_b <= 0.0 and of_0 * of_1 <= 0.0:
            return True
    return False


@kernel
def _great_circle_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great circle on a sphere, km."""
    up, along = np.radians(b[1] - a[1]) / 2.0, np.radians(b[0] - a[0]) / 2.0
    chord = (
        np.sin(up) ** 2 + np.cos(np.radians(a[1])) * np.cos(np.radians(b[1])) * np.sin(along) ** 2
    )
    return float(2.0 * np.degrees(np.arcsin(np.sqrt(min(1.0, chord)))) * _KM_PER_DEGREE)


@kernel
def _cells_to(last: int, came_from: NDArray[np.int64]) -> NDArray[np.int64]:
    """Cells of the path that ends at a cell, in order; none when that is -1."""
    count, node = 0, last
    while node >= 0:
        count, node = count + 1, came_from[node]
    path, node = np.empty(count, np.int64), last
    for i in range(count - 1, -1, -1):
        path[i], node = node, came_from[node]
    return path
